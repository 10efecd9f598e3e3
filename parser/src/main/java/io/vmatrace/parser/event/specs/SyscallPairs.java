package io.vmatrace.parser.event.specs;

import io.vmatrace.parser.event.EventKind;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The begin and the end of each system call. */
public final class SyscallPairs {
  /** By the ordinal of either, the other one. */
  private static final @Nullable EventKind[] OTHERS = others();

  private SyscallPairs() {}

  /** The begin of the call that an event ends; {@link SyscallEvents#SYS_ENTER_OTHER} where it has none of its own. */
  public static EventKind enterOf(EventKind exit) {
    EventKind enter = OTHERS[exit.ordinal()];
    return enter == null ? SyscallEvents.SYS_ENTER_OTHER : enter;
  }

  /** The end of the call that an event begins; {@link SyscallEvents#SYS_EXIT_OTHER} where it has none of its own. */
  public static EventKind exitOf(EventKind enter) {
    EventKind exit = OTHERS[enter.ordinal()];
    return exit == null ? SyscallEvents.SYS_EXIT_OTHER : exit;
  }

  private static @Nullable EventKind[] others() {
    @Nullable EventKind[] others = new @Nullable EventKind[EventKinds.count()];
    Map<String, EventKind> enters = new HashMap<>();
    for (EventKind kind : EventKinds.all()) {
      if (kind.source() == EventKind.Source.SYSCALL_ENTER) {
        enters.put(kind.kernelName(), kind);
      }
    }
    for (EventKind kind : EventKinds.all()) {
      EventKind enter = kind.source() == EventKind.Source.SYSCALL_EXIT ? enters.get(kind.kernelName()) : null;
      if (enter != null) {
        others[enter.ordinal()] = kind;
        others[kind.ordinal()] = enter;
      }
    }
    return others;
  }
}
