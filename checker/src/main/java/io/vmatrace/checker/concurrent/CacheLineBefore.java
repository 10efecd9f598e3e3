package io.vmatrace.checker.concurrent;

/** The bytes before the number of a {@link CacheLine}. */
abstract class CacheLineBefore {
  int a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15;
}
