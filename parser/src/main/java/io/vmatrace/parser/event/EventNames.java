package io.vmatrace.parser.event;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From the name that a line prints to the kind of event: a table of bytes, so that no name becomes a String. */
public final class EventNames {
  private static final int SLOTS = 1 << 10;
  private static final String[] RETURN_SUFFIXES = {"_ret", "__exit", "__return"};

  private final byte[][] names = new byte[SLOTS][];
  private final @Nullable EventKind[] tracepoints = new EventKind[SLOTS];
  private final @Nullable EventKind[] probes = new EventKind[SLOTS];

  /** The names that kernels and the tools of their users give. */
  public static final EventNames BUILT_IN = events();

  private static final EventNames SYSCALLS_ENTERED = syscalls(EventKind.Source.SYSCALL_ENTER);
  private static final EventNames SYSCALLS_LEFT = syscalls(EventKind.Source.SYSCALL_EXIT);

  /** The names of system calls as the option fields prints them; without it they have none. */
  private static final byte[] SYS_ENTER = "sys_enter_".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] SYS_EXIT = "sys_exit_".getBytes(StandardCharsets.US_ASCII);

  private EventNames() {}

  /**
   * The kind of an event by its printed name; null when it is not one of ours.
   *
   * @param probe whether its text begins with the probed address in parentheses
   */
  public @Nullable EventKind event(byte[] b, int from, int to, int hash, boolean probe) {
    int slot = find(b, from, to, hash);
    if (names[slot] == null) {
      return syscall(b, from, to);
    }
    EventKind first = probe ? probes[slot] : tracepoints[slot];
    return first != null ? first : probe ? null : probes[slot];
  }

  private static @Nullable EventKind syscall(byte[] b, int from, int to) {
    if (starts(SYS_ENTER, b, from, to)) {
      return entered(b, from + SYS_ENTER.length, to);
    }
    return starts(SYS_EXIT, b, from, to) ? left(b, from + SYS_EXIT.length, to) : null;
  }

  /** The kind of {@code sys_NAME(}. */
  public static EventKind entered(byte[] b, int from, int to) {
    EventKind kind = SYSCALLS_ENTERED.tracepoints[SYSCALLS_ENTERED.find(b, from, to, hash(b, from, to))];
    return kind == null ? EventKind.SYS_ENTER_OTHER : kind;
  }

  /** The kind of {@code sys_NAME -> }. */
  public static EventKind left(byte[] b, int from, int to) {
    EventKind kind = SYSCALLS_LEFT.tracepoints[SYSCALLS_LEFT.find(b, from, to, hash(b, from, to))];
    return kind == null ? EventKind.SYS_EXIT_OTHER : kind;
  }

  private static boolean starts(byte[] with, byte[] b, int from, int to) {
    return to - from > with.length && Arrays.equals(with, 0, with.length, b, from, from + with.length);
  }

  public static int hash(byte[] b, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + b[i];
    }
    return hash;
  }

  private int find(byte[] b, int from, int to, int hash) {
    int slot = slotOf(hash);
    while (names[slot] != null && !Arrays.equals(names[slot], 0, names[slot].length, b, from, to)) {
      slot = (slot + 1) & (SLOTS - 1);
    }
    return slot;
  }

  private void put(String name, EventKind kind, boolean probe) {
    byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
    int slot = find(bytes, 0, bytes.length, hash(bytes, 0, bytes.length));
    names[slot] = bytes;
    (probe ? probes : tracepoints)[slot] = kind;
  }

  private static int slotOf(int hash) {
    return (hash ^ hash >>> 15) & (SLOTS - 1);
  }

  /** The names under which captures print a kind of event; for other system calls and for markers what stands for them. */
  public static List<String> spellings(EventKind kind) {
    String name = kind.kernelName();
    return switch (kind.source()) {
      case TRACEPOINT, MARKER -> List.of(name);
      case PROBE_ENTRY -> List.of(name, name + "__entry");
      case PROBE_RETURN -> Arrays.stream(RETURN_SUFFIXES).map(suffix -> name + suffix).toList();
      case SYSCALL_ENTER -> name.isEmpty() ? List.of("sys_*(", "sys_enter_*") : List.of("sys_" + name + "(", "sys_enter_" + name);
      case SYSCALL_EXIT -> name.isEmpty() ? List.of("sys_* ->", "sys_exit_*") : List.of("sys_" + name + " ->", "sys_exit_" + name);
    };
  }

  private static EventNames events() {
    EventNames table = new EventNames();
    for (EventKind kind : EventKind.values()) {
      switch (kind.source()) {
        case TRACEPOINT -> table.put(kind.kernelName(), kind, false);
        case PROBE_ENTRY, PROBE_RETURN -> spellings(kind).forEach(name -> table.put(name, kind, true));
        case SYSCALL_ENTER, SYSCALL_EXIT, MARKER -> {}
      }
    }
    return table;
  }

  private static EventNames syscalls(EventKind.Source source) {
    EventNames table = new EventNames();
    for (EventKind kind : EventKind.values()) {
      if (kind.source() == source && !kind.kernelName().isEmpty()) {
        table.put(kind.kernelName(), kind, false);
      }
    }
    return table;
  }
}
