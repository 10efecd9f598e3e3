package io.vmatrace.checker.check;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.EventKind.Source;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.MmapLockEvents;
import io.vmatrace.parser.event.specs.SchedEvents;
import io.vmatrace.parser.event.specs.VmaEvents;
import io.vmatrace.parser.event.specs.WriteLockEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A clean kernel is not convicted because a kind of events, or some that belong together, was switched off for a while (0 in the event's
 * file enable, and 1 again, which takes the kernel a while): everywhere, on one CPU, or for one task. Each window is seeded by its number. -Dvmatrace.windows=2000 makes so
 * many, -Dvmatrace.window=N the one of that seed.
 */
@Tag("soundness")
class SwitchedOffTest {
  private static final int WINDOWS = Integer.getInteger("vmatrace.windows", 200);
  private static final int ONLY = Integer.getInteger("vmatrace.window", -1);

  /** All tracing is not on again sooner, in nanoseconds. */
  private static final long LEAST_OFF = 100_000;

  private static final long A_WHILE = 93_000_000;

  /** So many of a capture are tried. */
  private static final int OCCASIONS = 12;

  /** Events that are switched on and off together. */
  private static final List<Predicate<EventKind>> FAMILIES =
      List.of(
          kind -> kind.name().startsWith("MMAP_LOCK_"),
          kind -> kind.name().startsWith("MMAP_LOCK_") && !kind.name().equals("MMAP_LOCK_START_LOCKING"),
          kind -> kind.source() == Source.SYSCALL_ENTER || kind.source() == Source.SYSCALL_EXIT,
          kind -> kind.source() == Source.SYSCALL_ENTER,
          kind -> kind.source() == Source.SYSCALL_EXIT,
          kind -> kind.source() == Source.PROBE_ENTRY || kind.source() == Source.PROBE_RETURN,
          kind -> kind.source() == Source.PROBE_RETURN,
          kind -> kind.name().startsWith("PAGE_FAULT_"),
          kind -> kind.name().startsWith("MA_"),
          kind -> kind.name().startsWith("SCHED_") || kind == SchedEvents.TASK_NEWTASK,
          kind -> kind.name().startsWith("VM_AREA_"),
          kind -> kind.name().startsWith("VMA_"));

  private static final List<DecodedCapture> CAPTURES = DecodedCapture.all(RealCaptures.clean());

  @Test
  void shouldNotConvictWhenAKindIsSwitchedOffForAWhile() {
    Convictions convictions = new Convictions();
    for (int seed = Math.max(ONLY, 0); seed < (ONLY < 0 ? WINDOWS : ONLY + 1); seed++) {
      Random random = new Random(seed * 7_919L);
      DecodedCapture capture = CAPTURES.get(seed % CAPTURES.size());
      Set<EventKind> off = family(capture, seed, random);
      IntPredicate window = window(capture.events(), random);
      IntPredicate place = place(capture.events(), seed, random);
      convictions.check(
          capture,
          (events, i) -> !off.contains(events.kind(i)) || !window.test(i) || !place.test(i),
          "%s off, event seed=%x".formatted(off, seed));
    }
    convictions.assertNone();
  }

  /**
   * Nor because all tracing was off for a while, or that of one CPU (the files tracing_on and tracing_cpumask): no kind shows that, and the header
   * of such a capture says that nothing was lost.
   */
  @Test
  void shouldNotConvictWhenTracingIsSwitchedOffForAWhile() {
    Convictions convictions = new Convictions();
    for (int seed = Math.max(ONLY, 0); seed < (ONLY < 0 ? 2 * WINDOWS : ONLY + 1); seed++) {
      Random random = new Random(seed * 7_919L);
      DecodedCapture capture = CAPTURES.get(random.nextInt(CAPTURES.size()));
      EventBatch events = capture.events();
      long from = events.time(random.nextInt(events.size()));
      long longest = seed % 2 == 0 ? 10 * LEAST_OFF : Math.max(20 * LEAST_OFF, events.time(events.size() - 1) - events.time(0));
      long to = from + (long) (LEAST_OFF * Math.exp(random.nextDouble() * Math.log((double) longest / LEAST_OFF)));
      int cpu = seed / 2 % 2 == 0 ? -1 : events.cpu(random.nextInt(events.size()));
      convictions.check(
          capture,
          (of, i) -> of.time(i) < from || of.time(i) > to || cpu >= 0 && of.cpu(i) != cpu,
          "all off, event seed=%x".formatted(seed));
    }
    convictions.assertNone();
  }

  /** The memory of a VMA that is freed is another VMA's soon, which that CPU would have shown, and a look-up on another CPU gets that one. */
  @Test
  void shouldNotConvictWhenACpuIsSilentAfterAFree() {
    Convictions convictions = new Convictions();
    List<DecodedCapture> captures = CAPTURES.stream().filter(capture -> capture.name().contains("userfault")).toList();
    assumeTrue(!captures.isEmpty(), "needs the captures beside the project");
    for (DecodedCapture capture : captures) {
      EventBatch events = capture.events();
      for (int free = 0; free < events.size(); free++) {
        if (events.kind(free) == VmaEvents.VM_AREA_FREE) {
          int cpu = events.cpu(free);
          long from = events.time(free);
          convictions.check(capture, (of, i) -> of.cpu(i) != cpu || of.time(i) <= from, "a CPU silent from event %x on".formatted(free));
          convictions.check(
              capture,
              (of, i) -> of.cpu(i) != cpu || of.time(i) <= from || of.time(i) > from + A_WHILE,
              "a CPU silent for a while from event %x on".formatted(free));
        }
      }
    }
    convictions.assertNone();
  }

  /** A script that switches a family off and on in turn, all the time: whole lives of VMAs and of mms fall into the windows, one begun outside and one ended outside. */
  @Test
  void shouldNotConvictWhenAFamilyIsSwitchedOffAgainAndAgain() {
    Convictions convictions = new Convictions();
    for (int seed = Math.max(ONLY, 0); seed < (ONLY < 0 ? WINDOWS : ONLY + 1); seed++) {
      Random random = new Random(seed * 7_919L);
      DecodedCapture capture = CAPTURES.get(random.nextInt(CAPTURES.size()));
      Predicate<EventKind> family = FAMILIES.get(seed % FAMILIES.size());
      long period = (5L << random.nextInt(5)) * 1_000_000;
      convictions.check(capture, (events, i) -> !family.test(events.kind(i)) || events.time(i) % period >= period * 2 / 5, "a family off for 2/5 of %d ns, event seed=%x".formatted(period, seed));
    }
    convictions.assertNone();
  }

  /** VMAs come and go unseen: what shows a new one is a write lock that only returns, or its vm_lock_seq. */
  @Test
  void shouldNotConvictWhenVmasAreMadeUnseen() {
    Set<EventKind> made = Set.of(VmaEvents.VM_AREA_DUP_RET, VmaEvents.VM_AREA_ALLOC_RET);
    Convictions convictions = new Convictions();
    for (DecodedCapture capture : CAPTURES) {
      for (EventKind too : List.of(WriteLockEvents.VMA_START_WRITE, VmaEvents.VM_AREA_FREE)) {
        for (int part = 1; part < 8; part++) {
          long from = capture.events().time(capture.events().size() / 8 * part);
          convictions.check(capture, (events, i) -> events.time(i) < from || events.kind(i) != too && !made.contains(events.kind(i)), "%s and what makes VMAs off from %d on".formatted(too, from));
        }
      }
    }
    convictions.assertNone();
  }

  /** Of two releases that are missing in one call the first shows by the lock that is taken again: so the second is no lock that is kept. */
  @Test
  void shouldNotConvictWhereReleasesOfACallAreOff() {
    Convictions convictions = new Convictions();
    for (DecodedCapture capture : CAPTURES) {
      EventBatch events = capture.events();
      for (int released = 0, tried = 0; released < events.size() && tried < OCCASIONS; released++) {
        int before = last(events, MmapLockEvents.MMAP_LOCK_RELEASED, released);
        if (events.kind(released) == MmapLockEvents.MMAP_LOCK_RELEASED && isWrite(events, released) && before > 0 && isWrite(events, before) && isInOneCallOfAnMm(events, before, released)) {
          int second = released;
          convictions.check(capture, (_, i) -> i != before && i != second, "releases %x and %x off".formatted(before, released));
          tried++;
        }
      }
    }
    convictions.assertNone();
  }

  /** The last event of a kind that the task of another one has before it; 0 for none. */
  private static int last(EventBatch events, EventKind kind, int before) {
    int i = Math.max(0, before - 1);
    while (i > 0 && (events.kind(i) != kind || events.task(i) != events.task(before))) {
      i--;
    }
    return i;
  }

  private static boolean isInOneCallOfAnMm(EventBatch events, int from, int to) {
    if (events.value(from, Field.MM) != events.value(to, Field.MM)) {
      return false;
    }
    for (int i = from; i < to; i++) {
      Source source = events.kind(i).source();
      if (events.task(i) == events.task(to) && (source == Source.SYSCALL_ENTER || source == Source.SYSCALL_EXIT || events.kind(i).name().startsWith("PAGE_FAULT_"))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isWrite(EventBatch events, int i) {
    return events.value(i, Field.WRITE) != 0;
  }

  /**
   * Several kinds that do not belong together. Of the mmap_lock's three two are not off alone with the first among them: a lock that is given back and
   * neither asked for nor given, or given twice and neither asked for nor given back, is what a bug leaves.
   */
  @Test
  void shouldNotConvictWhenSeveralKindsAreSwitchedOffForAWhile() {
    Convictions convictions = new Convictions();
    for (int seed = Math.max(ONLY, 0); seed < (ONLY < 0 ? WINDOWS : ONLY + 1); seed++) {
      Random random = new Random(seed * 7_919L);
      DecodedCapture capture = CAPTURES.get(random.nextInt(CAPTURES.size()));
      List<EventKind> kinds = new ArrayList<>(capture.kinds());
      Set<EventKind> off = new TreeSet<>(DecodedCapture.BY_NAME);
      random.ints(2 + random.nextInt(12), 0, kinds.size()).mapToObj(kinds::get).forEach(off::add);
      if (off.contains(MmapLockEvents.MMAP_LOCK_START_LOCKING) && off.stream().anyMatch(FAMILIES.get(1))) {
        capture.kinds().stream().filter(FAMILIES.getFirst()).forEach(off::add);
      }
      IntPredicate window = window(capture.events(), random);
      convictions.check(capture, (events, i) -> !off.contains(events.kind(i)) || !window.test(i), "%s off, event seed=%x".formatted(off, seed));
    }
    convictions.assertNone();
  }

  /** Every second time it is of the mmap_lock: all of it, two, or one of the three. */
  private static Set<EventKind> family(DecodedCapture capture, int seed, Random random) {
    Set<EventKind> family = new TreeSet<>(DecodedCapture.BY_NAME);
    if (seed % 2 == 0) {
      capture.kinds().stream().filter(FAMILIES.get(random.nextInt(2))).forEach(family::add);
    } else if (random.nextBoolean()) {
      capture.kinds().stream().filter(FAMILIES.get(random.nextInt(FAMILIES.size()))).forEach(family::add);
    }
    if (family.isEmpty() || seed % 4 == 0) {
      List<EventKind> kinds = new ArrayList<>(family.isEmpty() ? capture.kinds() : family);
      family.clear();
      family.add(kinds.get(random.nextInt(kinds.size())));
    }
    return family;
  }

  /** From one event to a later one; short windows are as frequent as long ones. */
  private static IntPredicate window(EventBatch events, Random random) {
    int first = random.nextInt(events.size());
    int length = (int) Math.exp(random.nextDouble() * Math.log(events.size()));
    long from = events.time(first);
    long to = Math.max(events.time(Math.min(events.size() - 1, first + length)), from + Silences.LEAST);
    return i -> events.time(i) >= from && events.time(i) <= to;
  }

  private static IntPredicate place(EventBatch events, int seed, Random random) {
    int one = random.nextInt(events.size());
    int cpu = events.cpu(one);
    int task = events.task(one);
    return switch (seed / 4 % 4) {
      case 0 -> i -> events.cpu(i) == cpu;
      case 1 -> i -> events.task(i) == task;
      default -> i -> true;
    };
  }
}
