package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.MmapLockEvents;
import io.vmatrace.parser.event.specs.VmaEvents;
import io.vmatrace.parser.event.specs.WriteLockEvents;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A clean kernel is not convicted because a filter let only some events of a kind through, or because a kind was switched on late, off early
 * or off in between. -Dvmatrace.filters=N checks so many filters of each sort, of all there are.
 */
@Tag("soundness")
class FilteredEventsTest {
  private static final int FILTERS = Integer.getInteger("vmatrace.filters", 150);

  /** So many values of a field are compared with. */
  private static final int A_FEW = 8;

  private static final List<EventKind> MMAP_LOCK =
      List.of(MmapLockEvents.MMAP_LOCK_START_LOCKING, MmapLockEvents.MMAP_LOCK_ACQUIRE_RETURNED, MmapLockEvents.MMAP_LOCK_RELEASED);

  private record Filter(DecodedCapture capture, String what, DecodedCapture.Kept kept) {}

  private final List<DecodedCapture> captures = DecodedCapture.all(RealCaptures.clean());
  private final List<Filter> filters = new ArrayList<>();

  @Test
  void shouldNotConvictWhenMmapLockEventsAreFilteredByWrite() {
    for (DecodedCapture capture : captures) {
      for (long write = 0; write <= 1; write++) {
        for (EventKind kind : MMAP_LOCK) {
          leaveOut(capture, List.of(kind), Field.WRITE, write);
        }
        leaveOut(capture, MMAP_LOCK, Field.WRITE, write);
      }
    }
    checkSome();
  }

  @Test
  void shouldNotConvictWhenMmapLockEventsAreFilteredByMm() {
    for (DecodedCapture capture : captures) {
      for (long mm : values(capture, Field.MM)) {
        leaveOut(capture, MMAP_LOCK, Field.MM, mm);
        add(capture, "mmap_lock of all but mm %x".formatted(mm), (events, i) -> !MMAP_LOCK.contains(events.kind(i)) || events.value(i, Field.MM) == mm);
        for (EventKind kind : MMAP_LOCK) {
          leaveOut(capture, List.of(kind), Field.MM, mm);
        }
      }
    }
    checkSome();
  }

  @Test
  void shouldNotConvictWhenProbesAreFilteredByRefcnt() {
    for (DecodedCapture capture : captures) {
      for (long refcnt = 0; refcnt <= 2; refcnt++) {
        long of = refcnt;
        add(capture, "probes that read vm_refcnt %d only".formatted(of), (events, i) -> !events.has(i, Field.REFCNT) || events.value(i, Field.REFCNT) == of);
        add(capture, "probes that read no vm_refcnt %d".formatted(of), (events, i) -> !events.has(i, Field.REFCNT) || events.value(i, Field.REFCNT) != of);
      }
    }
    checkSome();
  }

  @Test
  void shouldNotConvictWhenTasksAreLeftOut() {
    for (DecodedCapture capture : captures) {
      for (int task : tasks(capture)) {
        add(capture, "all but pid %d".formatted(task), (events, i) -> events.task(i) == task);
        add(capture, "all of pid %d".formatted(task), (events, i) -> events.task(i) != task);
        add(capture, "mmap_lock of pid %d".formatted(task), (events, i) -> !MMAP_LOCK.contains(events.kind(i)) || events.task(i) != task);
        for (EventKind kind : capture.kinds()) {
          add(capture, "%s of pid %d".formatted(kind, task), (events, i) -> events.kind(i) != kind || events.task(i) != task);
        }
      }
    }
    checkSome();
  }

  @Test
  void shouldNotConvictWhenAKindIsNotRecordedAllTheTime() {
    for (DecodedCapture capture : captures) {
      int third = capture.events().size() / 3;
      for (EventKind kind : capture.kinds()) {
        add(capture, kind + " after the first third", (events, i) -> events.kind(i) != kind || i < third);
        add(capture, kind + " before the last third", (events, i) -> events.kind(i) != kind || i >= 2 * third);
        add(capture, kind + " but for the middle third", (events, i) -> events.kind(i) != kind || i < third || i >= 2 * third);
      }
    }
    checkSome();
  }

  /** A field's value is compared with one that it has: equal, not equal, below, not below; of one kind, or of all that read it of a VMA or an mm. */
  @Test
  void shouldNotConvictWhenAKindIsFilteredByAValue() {
    Random random = new Random(1);
    for (DecodedCapture capture : captures) {
      for (EventKind kind : capture.kinds()) {
        for (Field field : kind.fields()) {
          Set<Long> values = values(capture, kind, field);
          if (!values.isEmpty()) {
            compare(capture, List.of(kind), field, random.nextInt(4), List.copyOf(values).get(random.nextInt(values.size())));
            List<EventKind> pair = capture.kinds().stream().filter(of -> base(of).equals(base(kind)) && of.fields().contains(field)).toList();
            compare(capture, pair, field, random.nextInt(4), List.copyOf(values).get(random.nextInt(values.size())));
          }
        }
      }
      for (Field field : List.of(Field.VMA, Field.MM)) {
        List<EventKind> reading = capture.kinds().stream().filter(kind -> kind.fields().contains(field)).toList();
        for (long value : values(capture, field)) {
          compare(capture, reading, field, random.nextInt(4), value);
        }
      }
    }
    checkSome();
  }

  /** As a user does who traces a part of the address space: the same condition for every probe that reads a range, or for those of write locks only. */
  @Test
  void shouldNotConvictWhenProbesAreFilteredByRange() {
    Random random = new Random(1);
    List<EventKind> writeLocks = List.of(WriteLockEvents.VMA_START_WRITE, WriteLockEvents.VMA_START_WRITE_RET);
    for (DecodedCapture capture : captures) {
      for (Field field : List.of(Field.START, Field.END)) {
        List<EventKind> reading = capture.kinds().stream().filter(kind -> kind.fields().contains(field) && kind.fields().contains(Field.VMA)).toList();
        List<Long> values = new ArrayList<>(values(capture, WriteLockEvents.VMA_START_WRITE, field));
        Collections.shuffle(values, random);
        for (long value : values.subList(0, Math.min(A_FEW, values.size()))) {
          compare(capture, reading, field, 2 + random.nextInt(2), value);
          compare(capture, random.nextBoolean() ? writeLocks : reading, field, random.nextInt(4), value);
        }
      }
    }
    checkSome();
  }

  /** Some VMAs have no events of a kind. */
  @Test
  void shouldNotConvictWhenVmasAreLeftOut() {
    Random random = new Random(1);
    List<Set<EventKind>> together =
        List.of(
            Set.of(WriteLockEvents.VMA_START_WRITE, WriteLockEvents.VMA_START_WRITE_RET),
            Set.of(WriteLockEvents.VMA_MARK_DETACHED, WriteLockEvents.VMA_MARK_DETACHED_RET),
            Set.of(VmaEvents.VM_AREA_FREE),
            Set.of(VmaEvents.VM_AREA_ALLOC_RET, VmaEvents.VM_AREA_DUP_RET));
    for (DecodedCapture capture : captures) {
      List<Long> vmas = new ArrayList<>(values(capture, Field.VMA));
      for (Set<EventKind> kinds : together) {
        for (int share : List.of(2, 10, 30)) {
          Collections.shuffle(vmas, random);
          Set<Long> left = Set.copyOf(vmas.subList(0, Math.max(1, vmas.size() / share)));
          add(capture, "%s of %d VMAs".formatted(kinds, left.size()), (events, i) -> !kinds.contains(events.kind(i)) || !left.contains(events.value(i, Field.VMA)));
        }
      }
    }
    checkSome();
  }

  /** A recording of 7.3.4 without any release of task 552, and without others of its events: its read lock seems to last into another's write section. */
  @Test
  void shouldNotConvictWhenATaskHasNoReleases() {
    RealCaptures.Outcome outcome = RealCaptures.run(RealCaptures.bytes(Path.of("src/test/resources/filtered/no-release-of-a-task.txt.zst")));
    assertThat(outcome.violations()).isEmpty();
  }

  private static String base(EventKind kind) {
    return kind.eventName().replaceFirst("_ret$", "");
  }

  private void compare(DecodedCapture capture, List<EventKind> kinds, Field field, int how, long value) {
    add(
        capture,
        "%s with %s %s %s=%x".formatted(kinds, field, List.of("equal", "other", "below", "not below").get(how), field, value),
        (events, i) -> !kinds.contains(events.kind(i)) || !events.has(i, field) || isKept(events.value(i, field), how, value));
  }

  private static boolean isKept(long read, int how, long value) {
    return switch (how) {
      case 0 -> read == value;
      case 1 -> read != value;
      case 2 -> Long.compareUnsigned(read, value) < 0;
      default -> Long.compareUnsigned(read, value) >= 0;
    };
  }

  private void leaveOut(DecodedCapture capture, List<EventKind> kinds, Field field, long value) {
    String what = "%s with %s=%x".formatted(kinds, field, value);
    add(capture, what, (events, i) -> !kinds.contains(events.kind(i)) || events.value(i, field) != value);
  }

  private void add(DecodedCapture capture, String what, DecodedCapture.Kept kept) {
    filters.add(new Filter(capture, what, kept));
  }

  private void checkSome() {
    Collections.shuffle(filters, new Random(1));
    Convictions convictions = new Convictions();
    for (Filter filter : filters.subList(0, Math.min(FILTERS, filters.size()))) {
      convictions.check(filter.capture(), filter.kept(), filter.what());
    }
    convictions.assertNone();
  }

  private static Set<Long> values(DecodedCapture capture, EventKind kind, Field field) {
    Set<Long> values = new TreeSet<>();
    EventBatch events = capture.events();
    for (int i = 0; i < events.size(); i++) {
      if (events.kind(i) == kind && events.has(i, field)) {
        values.add(events.value(i, field));
      }
    }
    return values;
  }

  private static Set<Long> values(DecodedCapture capture, Field field) {
    Set<Long> values = new TreeSet<>();
    EventBatch events = capture.events();
    for (int i = 0; i < events.size(); i++) {
      if (events.has(i, field)) {
        values.add(events.value(i, field));
      }
    }
    return values;
  }

  private static Set<Integer> tasks(DecodedCapture capture) {
    Set<Integer> tasks = new TreeSet<>();
    for (int i = 0; i < capture.events().size(); i++) {
      tasks.add(capture.events().task(i));
    }
    return tasks;
  }
}
