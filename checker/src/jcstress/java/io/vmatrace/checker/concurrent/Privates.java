package io.vmatrace.checker.concurrent;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Access to private fields, for the broken twins only. */
final class Privates {
  /** mm_lock_seq. */
  static final VarHandle MM_LOCK_SEQ = of(Mm.class, "lockSeq", int.class);

  /** Plain stores of the flag that keeps readers out. */
  static final VarHandle READERS_STOPPED = of(Mm.class, "readersStopped", boolean.class);

  /** The rw_semaphore's count. */
  static final VarHandle COUNT = of(ConcurrentRwSemaphore.class, "word", int.class);

  private Privates() {}

  private static VarHandle of(Class<?> type, String field, Class<?> of) {
    try {
      return Handles.of(MethodHandles.privateLookupIn(type, MethodHandles.lookup()), type, field, of);
    } catch (IllegalAccessException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
