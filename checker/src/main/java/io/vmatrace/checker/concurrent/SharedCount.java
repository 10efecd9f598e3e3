package io.vmatrace.checker.concurrent;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A shared counter: an atomic_t in a cache line of its own, as mm_count has it (include/linux/mm_types.h, 6.15). */
public final class SharedCount extends CacheLine {
  private static final VarHandle COUNT = Handles.of(MethodHandles.lookup(), SharedCount.class, "word", int.class);

  SharedCount(int count) {
    word = count;
  }

  int get() {
    return (int) COUNT.getVolatile(this);
  }

  public void increment() {
    COUNT.getAndAdd(this, 1);
  }

  public void decrement() {
    COUNT.getAndAdd(this, -1);
  }
}
