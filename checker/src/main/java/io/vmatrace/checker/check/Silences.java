package io.vmatrace.checker.check;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.rule.Rule.Absence;
import io.vmatrace.parser.event.Op;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.collections.impl.map.mutable.primitive.IntObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * For how long tasks had no events of a kind. Events may be switched off for a while, all or those of one kind, everywhere, on a CPU or for a
 * task, and nothing in a capture says so: only where two follow each other soon were they on in between.
 */
final class Silences {
  /**
   * Events that were switched off are not on again sooner, in nanoseconds (with a clock that counts something else, in its units). Off and on
   * by the file enable of mmap_lock took 9 to 33 ms on 6.18, in 200 tries: what was removed is waited for (kernel/tracepoint.c
   * tracepoint_remove_func()). The triggers disable_event and enable_event are as quick as their events, and are not allowed for.
   */
  static final long LEAST = 2_000_000;

  /** Of so many tasks the last events are kept; then of none any more, and what rests on their absence is not certain. */
  private static final int MOST_TASKS = 1 << 15;

  /** Where there was none of a kind yet. */
  private static final long NEVER = Long.MIN_VALUE;

  /** Events whose absence breaks rules. */
  enum Kind {
    START_LOCKING,
    ACQUIRE_RETURNED,
    RELEASED,
    VMA_WRITE_LOCKED,
    VMA_DETACHED,
    LOOKED_UP,
    VMA_FREED;

    /** By the ordinal of an op, as each step asks. */
    private static final @Nullable Kind[] BY_OP = Arrays.stream(Op.values()).map(Kind::ofOp).toArray(Kind[]::new);

    /** That of an op, or null. */
    static @Nullable Kind of(Op op) {
      return BY_OP[op.ordinal()];
    }

    private static @Nullable Kind ofOp(Op op) {
      return switch (op) {
        case MMAP_LOCK_START -> START_LOCKING;
        case MMAP_READ_LOCK, MMAP_WRITE_LOCK, MMAP_WRITE_DOWNGRADE, MMAP_LOCK_FAILED -> ACQUIRE_RETURNED;
        case MMAP_READ_UNLOCK, MMAP_WRITE_UNLOCK -> RELEASED;
        case VMA_START_WRITE, VMA_START_WRITE_RET -> VMA_WRITE_LOCKED;
        case VMA_MARK_DETACHED, VMA_MARK_DETACHED_RET -> VMA_DETACHED;
        case LOCK_VMA_UNDER_RCU, VMA_START_READ, VMA_START_READ_REFUSED -> LOOKED_UP;
        case VM_AREA_FREE -> VMA_FREED;
        default -> null;
      };
    }

    boolean isOfTheMmapLock() {
      return compareTo(RELEASED) <= 0;
    }
  }

  private static final int KINDS = Kind.values().length;

  /** The last events of a task. */
  private static final class Last {
    private final long[] times = new long[KINDS];

    /** The longest silences since the task was in user mode last, and the one in which it was; of each kind, and of the mmap_lock. */
    private final long[] longest = new long[KINDS + 1];

    private long occasion = -1;

    Last() {
      Arrays.fill(times, NEVER);
    }

    long time(Kind kind) {
      return times[kind.ordinal()];
    }

    long longest(@Nullable Kind kind) {
      return longest[kind == null ? KINDS : kind.ordinal()];
    }

    long ofTheMmapLock() {
      return Math.max(time(Kind.START_LOCKING), Math.max(time(Kind.ACQUIRE_RETURNED), time(Kind.RELEASED)));
    }

    void note(Kind kind, Step step) {
      long now = step.moment().time();
      long inUserMode = step.task().inUserModeAt().at();
      if (occasion != inUserMode) {
        occasion = inUserMode;
        Arrays.fill(longest, 0);
      }
      lengthen(kind.ordinal(), time(kind), now);
      if (kind.isOfTheMmapLock()) {
        lengthen(KINDS, ofTheMmapLock(), now);
      }
      times[kind.ordinal()] = now;
    }

    private void lengthen(int which, long since, long now) {
      longest[which] = Math.max(longest[which], since == NEVER ? Long.MAX_VALUE : now - since);
    }
  }

  /** A time without events of a kind, which ends with the next one. */
  static final class Silence {
    private final int pid;

    /** Null for any of the mmap_lock. */
    private final @Nullable Kind kind;

    /** When the task had the last one. */
    private final long since;

    /** When any task had the last one. */
    private final long sinceAny;

    private boolean over;
    private boolean overOfAny;
    private boolean isLong;

    private Silence(int pid, @Nullable Kind kind, long since, long sinceAny) {
      this.pid = pid;
      this.kind = kind;
      this.since = since;
      this.sinceAny = sinceAny;
    }

    /** None that matters. */
    static Silence none() {
      Silence none = new Silence(-1, null, NEVER, NEVER);
      none.over = true;
      none.overOfAny = true;
      return none;
    }

    /** An event of some task. */
    void note(Kind next, TaskState task, long now) {
      if (kind != null ? kind != next : !next.isOfTheMmapLock()) {
        return;
      }
      if (!overOfAny) {
        overOfAny = true;
        isLong |= sinceAny == NEVER || now - sinceAny >= LEAST;
      }
      if (!over && task.pid() == pid) {
        over = true;
        isLong |= since == NEVER || now - since >= LEAST;
      }
    }

    /** Whether the next event has come. */
    boolean isOver() {
      return over && overOfAny;
    }

    /** Whether the events may have been off: known once it is over. */
    boolean isLong() {
      return isLong;
    }

    /** Why there is no verdict where they may have been. */
    Unsettled unsettled() {
      return kind == null || kind.isOfTheMmapLock() ? Unsettled.EVENTS_ABSENT : Unsettled.PROBES_ABSENT;
    }
  }

  private final IntObjectHashMap<Last> tasks = new IntObjectHashMap<>();
  private final Last any = new Last();

  /** The ranges of the VMAs that events of each kind have shown. */
  private final List<RangesSeen> ranges = Stream.generate(RangesSeen::new).limit(KINDS).toList();

  /** Of whom the last event was: the next one is mostly of the same. */
  private int lastPid = -1;

  private @Nullable Last last;

  /**
   * The silence in which an event of the mmap_lock is absent. Whoever acquires the lock asks for it first, so where the task has not asked it
   * is not acquire_returned alone that was off, but all of them; a downgrade is not asked for.
   */
  Silence of(Absence absent, Step step) {
    int pid = step.task().pid();
    Last last = tasks.get(pid);
    if (last == null) {
      return new Silence(pid, null, NEVER, NEVER);
    }
    long asked = last.time(Kind.START_LOCKING);
    boolean isAsking = asked == NEVER || asked > last.time(Kind.ACQUIRE_RETURNED);
    return switch (absent) {
      case RELEASE -> silence(pid, last, Kind.RELEASED, step);
      case DOWNGRADE -> silence(pid, last, Kind.ACQUIRE_RETURNED, step);
      case ACQUISITION -> silence(pid, last, isAsking ? Kind.ACQUIRE_RETURNED : null, step);
    };
  }

  private static Silence silence(int pid, Last last, @Nullable Kind kind, Step step) {
    long since = kind == null ? last.ofTheMmapLock() : last.time(kind);
    Silence silence = new Silence(pid, kind, since, NEVER);
    silence.overOfAny = true;
    silence.isLong = last.occasion == step.task().inUserModeAt().at() && last.longest(kind) >= LEAST;
    return silence;
  }

  /**
   * The silence in which a write lock, a detach, a free or a look-up of a VMA is absent that a verdict rests on the absence of. Where the task never had such an
   * event, those of the others must do: a task's first may well be the one.
   */
  Silence of(Set<Fact> restsOn, Step step) {
    Kind kind = absentIn(restsOn);
    if (kind == null) {
      return Silence.none();
    }
    int pid = step.task().pid();
    Last last = tasks.get(pid);
    long since = last == null ? NEVER : last.time(kind);
    Silence silence = new Silence(pid, kind, since, any.time(kind));
    silence.over = since == NEVER;
    return silence;
  }

  private static @Nullable Kind absentIn(Set<Fact> restsOn) {
    if (restsOn.contains(Fact.VMA_NOT_WRITE_LOCKED)) {
      return Kind.VMA_WRITE_LOCKED;
    }
    if (restsOn.contains(Fact.VMA_NOT_DETACHED)) {
      return Kind.VMA_DETACHED;
    }
    if (restsOn.contains(Fact.VMA_NOT_FREED)) {
      return Kind.VMA_FREED;
    }
    return restsOn.contains(Fact.NO_FURTHER_LOOK_UP) ? Kind.LOOKED_UP : null;
  }

  /** Whether a hold that has not been seen to end lasts so long that its release may have come while those were off. */
  boolean isLongWithoutRelease(Hold hold, Step step) {
    Last last = tasks.get(hold.task().pid());
    long released = last == null ? NEVER : last.time(Kind.RELEASED);
    return step.moment().time() - (released == NEVER ? hold.acquired().time() : released) >= LEAST;
  }

  /** Whether a task has given back an mmap_lock anywhere in the capture so far: else a filter may leave its releases out. */
  boolean isReleaseSeen(TaskState task) {
    Last last = tasks.get(task.pid());
    return last != null && last.time(Kind.RELEASED) != NEVER;
  }

  /** Whether events of a kind show that a filter by a VMA's range would let one of a range through. */
  boolean isRangeShown(Kind kind, long start, long end) {
    return ranges.get(kind.ordinal()).surround(start, end);
  }

  /** A task has an event. */
  void note(Kind kind, Step step) {
    int pid = step.task().pid();
    Last of = last;
    if (of == null || pid != lastPid) {
      of = lastOf(pid);
      last = of;
      lastPid = pid;
    }
    of.note(kind, step);
    if (!kind.isOfTheMmapLock()) {
      ranges.get(kind.ordinal()).see(step.sample());
    }
    any.times[kind.ordinal()] = step.moment().time();
  }

  private Last lastOf(int pid) {
    Last known = tasks.get(pid);
    if (known != null) {
      return known;
    }
    if (tasks.size() == MOST_TASKS) {
      tasks.clear();
    }
    Last added = new Last();
    tasks.put(pid, added);
    return added;
  }
}
