package io.vmatrace.checker.check;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.EventKind.Source;
import io.vmatrace.parser.event.specs.SchedEvents;
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
