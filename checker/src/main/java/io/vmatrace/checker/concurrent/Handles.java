package io.vmatrace.checker.concurrent;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Makes the VarHandles of a class's own fields. */
final class Handles {
  private Handles() {}

  static VarHandle of(MethodHandles.Lookup lookup, Class<?> type, String field, Class<?> of) {
    try {
      return lookup.findVarHandle(type, field, of);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
