package io.vmatrace.parser.event;

import java.util.ArrayList;
import java.util.List;

/**
 * Events whose rows stand in one class. A family follows another one, so that an event has the same ordinal whichever class is used
 * first: naming a family's predecessor initialises it, and with it all rows before.
 */
public final class EventFamily {
  private final List<EventKind> before;
  private final List<EventKind> kinds = new ArrayList<>();
  private boolean followed;

  private EventFamily(List<EventKind> before) {
    this.before = before;
  }

  /** The family that none precedes. */
  public static EventFamily first() {
    return new EventFamily(List.of(EventKind.UNKNOWN));
  }

  /** The family that follows another one, whose rows are all made. */
  public static EventFamily after(EventFamily family) {
    if (family.followed) {
      throw new IllegalStateException("two families follow " + family.kinds);
    }
    family.followed = true;
    return new EventFamily(family.all());
  }

  /** A tracepoint; its folder is that of its group, under events/. */
  public EventRow tracepoint(String name, String folder) {
    return new EventRow(this, EventKind.Source.TRACEPOINT, name).folder(folder);
  }

  /** The begin of a system call; an empty name stands for all that have no row. */
  public EventRow enters(String syscall) {
    return new EventRow(this, EventKind.Source.SYSCALL_ENTER, syscall);
  }

  /** The end of a system call; an empty name stands for all that have no row. */
  public EventRow exits(String syscall) {
    return new EventRow(this, EventKind.Source.SYSCALL_EXIT, syscall);
  }

  /** The call of a function. */
  public EventRow entry(String function) {
    return new EventRow(this, EventKind.Source.PROBE_ENTRY, function);
  }

  /** The return of a function. */
  public EventRow returned(String function) {
    return new EventRow(this, EventKind.Source.PROBE_RETURN, function);
  }

  /** A probe at an event, of a name that no event of the kernel has. */
  public EventRow eventProbe(String name) {
    return new EventRow(this, EventKind.Source.EVENT_PROBE, name);
  }

  /** Something that a file says about its events. */
  public EventRow marker(String name) {
    return new EventRow(this, EventKind.Source.MARKER, name);
  }

  /** The events of this family and of those before it, by ordinal. */
  public List<EventKind> all() {
    List<EventKind> all = new ArrayList<>(before);
    all.addAll(kinds);
    return List.copyOf(all);
  }

  int nextOrdinal() {
    if (followed) {
      throw new IllegalStateException("a family follows already");
    }
    return before.size() + kinds.size();
  }

  void add(EventKind kind) {
    kinds.add(kind);
  }
}
