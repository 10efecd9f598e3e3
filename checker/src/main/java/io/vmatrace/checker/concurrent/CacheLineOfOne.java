package io.vmatrace.checker.concurrent;

/** The number of a {@link CacheLine}; that class's fields follow it. */
abstract class CacheLineOfOne extends CacheLineBefore {
  /** Accessed by VarHandle only. */
  int word;
}
