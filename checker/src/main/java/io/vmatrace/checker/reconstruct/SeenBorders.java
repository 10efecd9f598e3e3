package io.vmatrace.checker.reconstruct;

import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.specs.EventKinds;
import io.vmatrace.parser.event.specs.SyscallEvents;
import io.vmatrace.parser.event.specs.SyscallPairs;
import java.util.ArrayList;
import java.util.List;

/**
 * How often each system call was seen to begin and to end. Where another call ends than the one that a task has begun, events are missing, if
 * ends of the one or begins of the other are recorded at all: which shows perhaps only later.
 */
final class SeenBorders {
  /** A call that was seen to begin so often and never to end, or to end and never to begin, is recorded so. */
  private static final int OFTEN = 8;

  /** A place where another call ends than the one that was begun, of both of which only that side was seen until then. */
  private record Place(int begun, int ended, long since) {}

  /** By the ordinals of the calls' begins. */
  private final int[] begins = new int[EventKinds.count()];

  private final int[] ends = new int[EventKinds.count()];

  /** At most some of each pair of calls. */
  private final List<Place> places = new ArrayList<>();

  void begun(EventKind enter) {
    begins[enter.ordinal()]++;
  }

  void ended(EventKind exit) {
    ends[SyscallPairs.enterOf(exit).ordinal()]++;
  }

  boolean isBegun(int call) {
    return begins[call] > 0;
  }

  boolean isEnded(int call) {
    return ends[call] > 0;
  }

  /** Whether the end of a call that has just begun may be expected: such ends were seen, or none can have been before. */
  boolean mayEnd(EventKind enter) {
    return ends[call(enter)] > 0 || begins[enter.ordinal()] <= 1;
  }

  /** Whether events may be missing where this call ends in a task that has begun that one. */
  boolean mayBeTorn(EventKind begun, EventKind exit) {
    return isTorn(begun, exit) || begins[begun.ordinal()] < OFTEN || ends[SyscallPairs.enterOf(exit).ordinal()] < OFTEN;
  }

  /** Whether that is sure. */
  boolean isTorn(EventKind begun, EventKind exit) {
    return shows(call(begun), SyscallPairs.enterOf(exit).ordinal());
  }

  /** Such a place, of which only what follows can show whether it is one. */
  void put(EventKind begun, EventKind exit, long since) {
    places.add(new Place(call(begun), SyscallPairs.enterOf(exit).ordinal(), since));
  }

  /** Since when events are missing, in the order of the capture, at those places of which the capture has shown it by now. */
  List<Long> torn() {
    return places.stream().filter(place -> shows(place.begun, place.ended)).map(Place::since).toList();
  }

  private boolean shows(int begun, int ended) {
    return ends[begun] > 0 || begins[ended] > 0;
  }

  /** The begin that stands for a call: those whose ends have no name of their own end as any other call. */
  private static int call(EventKind enter) {
    return (SyscallPairs.exitOf(enter) == SyscallEvents.SYS_EXIT_OTHER ? SyscallEvents.SYS_ENTER_OTHER : enter).ordinal();
  }
}
