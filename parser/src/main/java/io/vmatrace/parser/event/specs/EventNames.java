package io.vmatrace.parser.event.specs;

import io.vmatrace.parser.event.EventAlias;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.KnownEvent;
import io.vmatrace.parser.event.NamedEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From the name that a line prints to what the event is: a table of bytes, so that no name becomes a String. */
public final class EventNames {
  private static final int SLOTS = 1 << 10;

  /** A fuller table would have look-ups walk far; it never comes near this without a user's help. */
  private static final int MOST_NAMES = SLOTS / 2;

  private final byte[][] names;
  private final @Nullable NamedEvent[] tracepoints;
  private final @Nullable NamedEvent[] probes;
  private int used;

  /** The names that kernels and the tools of their users give. */
  public static final EventNames BUILT_IN = events();

  private static final EventNames SYSCALLS_ENTERED = ofSource(EventKind.Source.SYSCALL_ENTER);
  private static final EventNames SYSCALLS_LEFT = ofSource(EventKind.Source.SYSCALL_EXIT);
  private static final EventNames FUNCTIONS_ENTERED = ofSource(EventKind.Source.PROBE_ENTRY);
  private static final EventNames FUNCTIONS_LEFT = ofSource(EventKind.Source.PROBE_RETURN);

  /** The names of system calls as the option fields, trace-cmd and perf print them; the kernel's own text has none. */
  private static final byte[] SYS_ENTER = "sys_enter_".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] SYS_EXIT = "sys_exit_".getBytes(StandardCharsets.US_ASCII);

  private EventNames() {
    names = new byte[SLOTS][];
    tracepoints = new NamedEvent[SLOTS];
    probes = new NamedEvent[SLOTS];
  }

  private EventNames(EventNames copied) {
    names = copied.names.clone();
    tracepoints = copied.tracepoints.clone();
    probes = copied.probes.clone();
    used = copied.used;
  }

  /**
   * What an event is, by its printed name; null when it is not one of ours.
   *
   * @param probe whether it is a probe's: its text begins with the probed address in parentheses, or its format has that field
   */
  public @Nullable NamedEvent event(byte[] b, int from, int to, int hash, boolean probe) {
    int slot = find(b, from, to, hash);
    if (names[slot] == null) {
      return syscall(b, from, to);
    }
    NamedEvent first = probe ? probes[slot] : tracepoints[slot];
    return first != null ? first : probe ? null : probes[slot];
  }

  private static @Nullable NamedEvent syscall(byte[] b, int from, int to) {
    if (starts(SYS_ENTER, b, from, to)) {
      return entered(b, from + SYS_ENTER.length, to).named();
    }
    return starts(SYS_EXIT, b, from, to) ? left(b, from + SYS_EXIT.length, to).named() : null;
  }

  /** The kind of {@code sys_NAME(}. */
  public static EventKind entered(byte[] b, int from, int to) {
    return SYSCALLS_ENTERED.kind(b, from, to, SyscallEvents.SYS_ENTER_OTHER);
  }

  /** The kind of {@code sys_NAME -> }. */
  public static EventKind left(byte[] b, int from, int to) {
    return SYSCALLS_LEFT.kind(b, from, to, SyscallEvents.SYS_EXIT_OTHER);
  }

  /** What the call of a function is; UNKNOWN when it is no event. */
  public static EventKind functionEntered(byte[] b, int from, int to) {
    return FUNCTIONS_ENTERED.kind(b, from, to, EventKind.UNKNOWN);
  }

  /** What the return of a function is; UNKNOWN when it is no event. */
  public static EventKind functionLeft(byte[] b, int from, int to) {
    return FUNCTIONS_LEFT.kind(b, from, to, EventKind.UNKNOWN);
  }

  private EventKind kind(byte[] b, int from, int to, EventKind otherwise) {
    NamedEvent found = tracepoints[find(b, from, to, hash(b, from, to))];
    return found == null ? otherwise : found.kind();
  }

  /**
   * These names and a user's own, which go before them.
   *
   * @throws IllegalArgumentException when an alias names what is not known; the message is for a person
   */
  public EventNames with(List<EventAlias> aliases) {
    EventNames table = new EventNames(this);
    for (EventAlias alias : aliases) {
      String name = alias.name().substring(alias.name().indexOf(':') + 1);
      if (name.isEmpty() || table.used >= MOST_NAMES) {
        throw new IllegalArgumentException(name.isEmpty() ? "an event has an empty name" : "more than %d events".formatted(MOST_NAMES));
      }
      EventKind kind = known(alias);
      NamedEvent event = new NamedEvent(kind, kind.keys().with(kind, renamed(alias, kind)), true);
      table.put(name, event, false);
      table.put(name, event, true);
    }
    return table;
  }

  private static EventKind known(EventAlias alias) {
    return known().stream()
        .filter(event -> event.name().equals(alias.is()))
        .map(KnownEvent::kind)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("%s is said to be %s, which is no known event".formatted(alias.name(), alias.is())));
  }

  private static Map<String, Field> renamed(EventAlias alias, EventKind kind) {
    Map<String, Field> fields = new LinkedHashMap<>();
    alias
        .fields()
        .forEach(
            (theirs, ours) -> {
              Field field = kind.fields().stream().filter(f -> nameOf(f).equals(ours)).findFirst().orElse(null);
              if (field == null) {
                throw new IllegalArgumentException(
                    "%s: %s has no value %s; it has %s".formatted(alias.name(), alias.is(), ours, kind.fields().stream().map(EventNames::nameOf).toList()));
              }
              fields.put(theirs, field);
            });
    return fields;
  }

  /** Every event that is read, in the order of {@link EventKind}. */
  public static List<KnownEvent> known() {
    List<KnownEvent> known = new ArrayList<>();
    for (EventKind kind : EventKinds.all()) {
      if (kind.source() != EventKind.Source.MARKER && !kind.kernelName().isEmpty()) {
        known.add(known(kind));
      }
    }
    return known;
  }

  private static KnownEvent known(EventKind kind) {
    Map<String, List<String>> fields = new LinkedHashMap<>();
    List<String> mandatory = new ArrayList<>();
    for (Field field : kind.fields()) {
      fields.put(nameOf(field), kind.spellings(field));
      if ((kind.mandatory() >>> kind.slot(field) & 1) != 0) {
        mandatory.add(nameOf(field));
      }
    }
    return new KnownEvent(nameOf(kind), kind, kind.spellings(), fields, mandatory, !kind.isIgnored());
  }

  /** The name of a field here. */
  private static String nameOf(Field field) {
    return field.name().toLowerCase(Locale.ROOT);
  }

  /** The unique name of a kind: mmap:exit_mmap is told from the function exit_mmap() by its group. */
  private static String nameOf(EventKind kind) {
    return kind == MemoryEvents.EXIT_MMAP_EVENT ? "mmap:exit_mmap" : kind.eventName();
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

  private void put(String name, NamedEvent event, boolean probe) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    int slot = find(bytes, 0, bytes.length, hash(bytes, 0, bytes.length));
    used += names[slot] == null ? 1 : 0;
    names[slot] = bytes;
    (probe ? probes : tracepoints)[slot] = event;
  }

  private static int slotOf(int hash) {
    return (hash ^ hash >>> 15) & (SLOTS - 1);
  }

  private static EventNames events() {
    EventNames table = new EventNames();
    for (EventKind kind : EventKinds.all()) {
      EventKind.Source source = kind.source();
      boolean probe = source.isProbe();
      if (probe || source == EventKind.Source.TRACEPOINT) {
        kind.spellings().forEach(name -> table.put(name, kind.named(), probe));
      }
    }
    return table;
  }

  private static EventNames ofSource(EventKind.Source source) {
    EventNames table = new EventNames();
    for (EventKind kind : EventKinds.all()) {
      if (kind.source() == source && !kind.kernelName().isEmpty()) {
        table.put(kind.kernelName(), kind.named(), false);
      }
    }
    return table;
  }
}
