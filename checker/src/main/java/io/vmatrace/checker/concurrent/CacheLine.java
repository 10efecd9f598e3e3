package io.vmatrace.checker.concurrent;

/**
 * Sixty-four bytes before and after a number that many tasks write, so that it has a cache line of its own. A JVM puts a superclass's
 * fields first, and fills gaps between them with smaller ones: fields that are all ints leave none.
 */
abstract class CacheLine extends CacheLineOfOne {
  int b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15;
}
