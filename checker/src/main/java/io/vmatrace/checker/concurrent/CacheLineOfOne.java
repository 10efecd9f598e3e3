package io.vmatrace.checker.concurrent;

/** The number of a {@link CacheLine}; what is behind it are that class's fields. */
abstract class CacheLineOfOne extends CacheLineBefore {
  /** Only VarHandles get at it. */
  int word;
}
