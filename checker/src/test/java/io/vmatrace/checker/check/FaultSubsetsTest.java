package io.vmatrace.checker.check;

import static io.vmatrace.parser.event.specs.MapleTreeEvents.MA_OP;
import static io.vmatrace.parser.event.specs.MapleTreeEvents.MA_READ;
import static io.vmatrace.parser.event.specs.MapleTreeEvents.MA_WRITE;
import static io.vmatrace.parser.event.specs.MmapLockEvents.MMAP_LOCK_ACQUIRE_RETURNED;
import static io.vmatrace.parser.event.specs.MmapLockEvents.MMAP_LOCK_RELEASED;
import static io.vmatrace.parser.event.specs.MmapLockEvents.MMAP_LOCK_START_LOCKING;
import static io.vmatrace.parser.event.specs.PageFaultEvents.PAGE_FAULT_KERNEL;
import static io.vmatrace.parser.event.specs.PageFaultEvents.PAGE_FAULT_USER;
import static io.vmatrace.parser.event.specs.SyscallEvents.RAW_SYS_ENTER;
import static io.vmatrace.parser.event.specs.SyscallEvents.RAW_SYS_EXIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmatrace.checker.mm.FaultPath;
import io.vmatrace.checker.mm.FaultReason;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.specs.EventKinds;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.eclipse.collections.impl.map.mutable.primitive.LongIntHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever was recorded, a fault is told as with everything recorded, or it is unresolved. The captures are recordings of real programs with
 * all system calls (docs/record-programs.sh): four of samples/, or those of the folder that the property vmatrace.recordings names.
 */
class FaultSubsetsTest {
  private static final int RANDOM_SUBSETS = Integer.getInteger("vmatrace.subsets", 40);
  private static final double[] CHANCES = {.3, .5, .7, .85, .95};
  private static final int BEGINS = Integer.getInteger("vmatrace.begins", 12);
  private static final int PARTS = Integer.getInteger("vmatrace.parts", 16);
  private static final @Nullable String RECORDINGS = System.getProperty("vmatrace.recordings");

  /** The lines of the header of a piece of a recording. */
  private static final int HEADER = 11;

  /** What most people record: docs/CAPTURE.md. */
  private static final Set<String> USUAL_CALLS = Set.of("mmap", "munmap", "mprotect", "madvise", "brk", "clone", "clone3", "execve", "mremap", "exit_group");

  private static final Set<EventKind> BASE =
      Set.of(MMAP_LOCK_START_LOCKING, MMAP_LOCK_ACQUIRE_RETURNED, MMAP_LOCK_RELEASED, PAGE_FAULT_USER, PAGE_FAULT_KERNEL);

  /** Parts of a recording: which events it has. */
  private static final Map<String, Predicate<EventKind>> SUBSETS = subsets();

  private static Map<String, Predicate<EventKind>> subsets() {
    Map<String, Predicate<EventKind>> subsets = new LinkedHashMap<>();
    Predicate<EventKind> base = BASE::contains;
    Predicate<EventKind> reads = kind -> kind == MA_READ;
    Predicate<EventKind> maple = kind -> kind == MA_READ || kind == MA_WRITE || kind == MA_OP;
    Predicate<EventKind> enters = kind -> kind.source() == EventKind.Source.SYSCALL_ENTER;
    Predicate<EventKind> exits = kind -> kind.source() == EventKind.Source.SYSCALL_EXIT;
    Predicate<EventKind> calls = enters.or(exits);
    Predicate<EventKind> raw = kind -> kind == RAW_SYS_ENTER || kind == RAW_SYS_EXIT;
    Predicate<EventKind> usual = calls.and(kind -> USUAL_CALLS.contains(kind.kernelName()));
    Predicate<EventKind> tasks = kind -> kind.eventName().startsWith("sched_") || kind.eventName().equals("task_newtask");
    subsets.put("mmap_lock and exceptions", base);
    subsets.put("with ma_read", base.or(reads));
    subsets.put("with ma_write", base.or(kind -> kind == MA_WRITE));
    subsets.put("with maple_tree", base.or(maple).or(tasks));
    subsets.put("docs/CAPTURE.md", base.or(maple).or(usual).or(tasks));
    subsets.put("docs/CAPTURE.md without maple_tree", base.or(usual).or(tasks));
    subsets.put("with raw_syscalls", base.or(raw));
    subsets.put("with ma_read and raw sys_enter", base.or(reads).or(kind -> kind == RAW_SYS_ENTER));
    subsets.put("with ma_read and sys_exit", base.or(reads).or(exits));
    subsets.put("with all syscalls", base.or(calls));
    subsets.put("no start_locking", base.or(reads).and(kind -> kind != MMAP_LOCK_START_LOCKING));
    subsets.put("no acquire_returned", base.or(maple).and(kind -> kind != MMAP_LOCK_ACQUIRE_RETURNED));
    subsets.put("no released", base.or(maple).and(kind -> kind != MMAP_LOCK_RELEASED));
    subsets.put("acquire_returned alone", base.or(reads).and(kind -> kind != MMAP_LOCK_RELEASED && kind != MMAP_LOCK_START_LOCKING));
    subsets.put("released alone", base.or(reads).and(kind -> kind != MMAP_LOCK_ACQUIRE_RETURNED && kind != MMAP_LOCK_START_LOCKING));
    subsets.put("released alone without ma_read", base.and(kind -> kind != MMAP_LOCK_ACQUIRE_RETURNED && kind != MMAP_LOCK_START_LOCKING));
    subsets.put("no page_fault_kernel", base.or(reads).and(kind -> kind != PAGE_FAULT_KERNEL));
    subsets.put("no mmap_lock", reads.or(kind -> kind == PAGE_FAULT_USER || kind == PAGE_FAULT_KERNEL));
    subsets.put("no locks, calls", calls.or(kind -> kind == PAGE_FAULT_USER || kind == PAGE_FAULT_KERNEL));
    return subsets;
  }

  /** What one reconstruction said of each fault. */
  private static final class Told implements StepSink {
    final LongIntHashMap reasons = new LongIntHashMap();

    @Override
    public void accept(Step step) {
      if (step.op() == Op.PAGE_FAULT_SERVED) {
        assertThat(reasons.containsKey(step.faultAt())).as("told twice").isFalse();
        reasons.put(step.faultAt(), step.faultReason().ordinal());
      }
    }

    @Override
    public void lost(long afterAt) {}
  }

  /** How a subset compares. */
  private record Compared(long faults, long unresolved, List<String> different) {}

  private static List<Path> recordings() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(RECORDINGS != null ? RECORDINGS : "../samples/programs"))) {
      return files.sorted().toList();
    }
  }

  @Test
  void shouldTellTheSameOrNothingWhateverWasRecorded() throws IOException, CaptureException {
    Map<String, long[]> sums = new LinkedHashMap<>();
    List<String> different = new ArrayList<>();
    for (Path recording : recordings()) {
      Map<String, Compared> all = compare(recording, SUBSETS);
      all.forEach(
          (subset, compared) -> {
            compared.different().forEach(what -> different.add(recording.getFileName() + " " + subset + ": " + what));
            long[] sum = sums.computeIfAbsent(subset, _ -> new long[2]);
            sum[0] += compared.faults();
            sum[1] += compared.unresolved();
          });
      if (RECORDINGS != null) {
        all.forEach((subset, compared) -> System.out.printf("%-28s %s%n", recording.getFileName(), line(subset, compared.faults(), compared.unresolved())));
      }
    }
    assertThat(different).isEmpty();
    if (RECORDINGS != null) {
      sums.forEach((subset, sum) -> System.out.println(line(subset, sum[0], sum[1])));
      assertThat(share(sums, "mmap_lock and exceptions")).isLessThanOrEqualTo(0.08);
    }
    assertThat(share(sums, "with ma_read")).isLessThanOrEqualTo(0.005);
  }

  /**
   * Where look-ups are recorded and calls are not, a fault under the VMA lock is told from the call after it: by the mm that was locked, by what was
   * looked up in the hold, by whether the fault was a write. What is left, a write before a call that looks nothing up, is a fault in a thousand.
   */
  @Test
  void shouldSayOfFewFaultsThatTheyTriedTheMmapLockWhereACallTookIt() throws IOException {
    long faults = 0;
    long tried = 0;
    long wrong = 0;
    for (Path recording : recordings()) {
      EventBatch events = DecodedCapture.of(recording).events();
      Told full = told(events, 0, _ -> true);
      Told part = told(events, 0, Objects.requireNonNull(SUBSETS.get("with ma_read")));
      for (long at : part.reasons.keySet().toArray()) {
        boolean isTold = part.reasons.get(at) == FaultReason.VMA_LOCKED_ANON_VMA.ordinal();
        boolean isSo = full.reasons.get(at) == FaultReason.VMA_LOCKED_ANON_VMA.ordinal();
        faults++;
        tried += isTold && isSo ? 1 : 0;
        wrong += isTold != isSo && part.reasons.get(at) <= FaultReason.VMA_LOCKED_ANON_VMA.ordinal() ? 1 : 0;
      }
    }
    assertThat(tried).as("told so and so").isGreaterThan(10 * wrong);
    assertThat(wrong).isLessThanOrEqualTo(faults / 1_000);
  }

  /** Any choice of events, each by the seed's chance; of system calls also none, or all. -Dvmatrace.subsets=150 checks more of them. */
  @Test
  void shouldTellTheSameOrNothingWhateverKindsOfEventsAreMissing() throws IOException, CaptureException {
    List<String> different = new ArrayList<>();
    for (Path recording : recordings()) {
      Map<String, Predicate<EventKind>> subsets = new LinkedHashMap<>();
      for (int seed = 1; seed <= RANDOM_SUBSETS; seed++) {
        subsets.put("seed " + seed, random(seed));
      }
      compare(recording, subsets).forEach((subset, compared) -> compared.different().stream().limit(3).forEach(what -> different.add(recording.getFileName() + " " + subset + ": " + what)));
    }
    assertThat(different).isEmpty();
  }

  /** The recording begins late, as in a shell that was being traced already: its first event is the end of a system call. */
  @Test
  void shouldTellTheSameOrNothingWhereTheRecordingBeginsInACall() throws IOException {
    List<String> different = new ArrayList<>();
    for (Path recording : recordings()) {
      EventBatch events = DecodedCapture.of(recording).events();
      Told full = told(events, 0, _ -> true);
      Random random = new Random(7);
      for (int n = 0; n < BEGINS; n++) {
        int from = random.nextInt(events.size());
        while (from > 0 && events.kind(from) != RAW_SYS_EXIT) {
          from--;
        }
        for (String subset : List.of("with raw_syscalls", "with ma_read and sys_exit", "docs/CAPTURE.md", "no locks, calls")) {
          Told late = told(events, from, Objects.requireNonNull(SUBSETS.get(subset)));
          String begin = "%s %s from %d: ".formatted(recording.getFileName(), subset, from);
          compared(full, late).different().stream().limit(3).forEach(what -> different.add(begin + what));
        }
      }
    }
    assertThat(different).isEmpty();
  }

  /**
   * Events of the mmap_lock, or look-ups, are recorded for a while only, all but a while, on one CPU, or of some tasks; the others always, with system calls or
   * without. That look-ups are missing in a short while in which no fault of the kernel takes the lock shows nowhere: there one in 10,000 is told wrong.
   */
  @ParameterizedTest
  @ValueSource(strings = {"mmap_lock_", "ma_read", "ma_"})
  void shouldTellTheSameOrNothingWhereAKindWasRecordedInPart(String kinds) throws IOException {
    List<String> different = new ArrayList<>();
    long faults = 0;
    for (Path recording : recordings()) {
      EventBatch events = DecodedCapture.of(recording).events();
      Told full = told(events, 0, _ -> true);
      for (int seed = 0; seed < PARTS; seed++) {
        IntPredicate part = part(events, seed);
        boolean calls = seed / 4 % 2 == 0;
        Told told = told(events, (kind, i) -> (!isOf(kinds, kind) || part.test(i)) && (calls || !isOf("sys_", kind)));
        String which = "%s %s, seed %d: ".formatted(recording.getFileName(), kinds, seed);
        Compared compared = compared(full, told);
        faults += compared.faults();
        compared.different().forEach(what -> different.add(which + what));
      }
    }
    if (RECORDINGS != null) {
      System.out.printf("%s in part: %d of %d faults told wrong%n", kinds, different.size(), faults);
    }
    assertThat(different).hasSizeLessThanOrEqualTo(kinds.equals("mmap_lock_") ? 0 : (int) (faults / 10_000));
  }

  /**
   * A program that falls back again and again in the same page does so too while look-ups are off, whatever else is in that time. What shows only once may be told
   * wrong where neither look-ups nor calls were recorded: a page that had to be read from the disk.
   */
  @Test
  void shouldTellTheSameOrNothingWhereLookUpsWereOffForAWhile() throws IOException {
    assumeTrue(RECORDINGS == null, "is of one recording");
    EventBatch events = DecodedCapture.of(Path.of("../samples/programs/stress-fault.txt.zst")).events();
    Told full = told(events, 0, _ -> true);
    long begin = events.time(0);
    long tenth = (events.time(events.size() - 1) - begin) / 10;
    List<String> different = new ArrayList<>();
    List<String> withoutCalls = new ArrayList<>();
    for (int n = 0; n < 8; n++) {
      long from = begin + n * tenth;
      IntPredicate on = i -> events.time(i) < from || events.time(i) > from + 3 * tenth;
      different.addAll(compared(full, told(events, (kind, i) -> !isOf("ma_", kind) || on.test(i))).different());
      withoutCalls.addAll(compared(full, told(events, (kind, i) -> !isOf("sys_", kind) && (!isOf("ma_", kind) || on.test(i)))).different());
    }
    assertThat(different).isEmpty();
    assertThat(withoutCalls).hasSizeLessThan(2);
  }

  /** Pieces of recordings in each of which a fault was told otherwise where events were missing: src/test/resources/faults/README.md. */
  @ParameterizedTest
  @CsvSource({
    "anon-of-a-read, VMA_LOCKED_ANON_VMA, 258",
    "killed, VMA_LOCKED, 190",
    "userfault, FALLBACK, 251",
    "madvise-after-write, VMA_LOCKED, 170"
  })
  void shouldTellTheSameOrNothingOfOneFaultOfItsKind(String piece, FaultReason reason, long line) throws CaptureException {
    Path recording = Path.of("src/test/resources/faults/" + piece + ".txt");
    Map<String, Predicate<EventKind>> subsets = new LinkedHashMap<>(SUBSETS);
    for (int seed = 1; seed <= RANDOM_SUBSETS; seed++) {
      subsets.put("seed " + seed, random(seed));
    }
    compare(recording, subsets).forEach((subset, compared) -> assertThat(compared.different()).as(subset).isEmpty());
    EventBatch events = DecodedCapture.of(recording).events();
    Told full = told(events, 0, _ -> true);
    long at = line - HEADER;
    assertThat(FaultReason.values()[full.reasons.get(at)]).isEqualTo(reason);
    FaultReason withLookUps = FaultReason.values()[told(events, 0, Objects.requireNonNull(SUBSETS.get("with ma_read"))).reasons.get(at)];
    assertThat(withLookUps.path()).isEqualTo(reason.path());
    if (reason == FaultReason.VMA_LOCKED) {
      assertThat(withLookUps).isEqualTo(reason);
    }
  }

  /** A fault of userfaultfd sleeps before it takes the mmap_lock: that it did then shows where look-ups were off. */
  @Test
  void shouldNotTellAFaultThatSleptWhereLookUpsWereOff() {
    EventBatch events = DecodedCapture.of(Path.of("src/test/resources/faults/userfault.txt")).events();
    Told full = told(events, 0, _ -> true);
    for (int seed : new int[] {9, 11}) {
      IntPredicate part = part(events, seed);
      assertThat(compared(full, told(events, (kind, i) -> kind != MA_READ || part.test(i))).different()).as("seed " + seed).isEmpty();
    }
  }

  private static boolean isOf(String name, EventKind kind) {
    return kind.eventName().startsWith(name);
  }

  private static IntPredicate part(EventBatch events, int seed) {
    Random random = new Random(seed * 7_919L);
    long from = events.time(0);
    long length = events.time(events.size() - 1) - from;
    long begin = from + (long) (random.nextDouble() * length);
    long end = begin + (long) (Math.pow(random.nextDouble(), 3) * length);
    int cpu = events.cpu(random.nextInt(events.size()));
    int some = random.nextInt(2, 5);
    return switch (seed % 4) {
      case 0 -> i -> events.time(i) >= begin && events.time(i) <= end;
      case 1 -> i -> events.time(i) < begin || events.time(i) > end;
      case 2 -> i -> events.cpu(i) == cpu;
      default -> i -> events.task(i) % some == 0;
    };
  }

  /** Whether an event of a kind, at a place of the recording, is in a part of it. */
  private interface Recorded {
    boolean has(EventKind kind, int i);
  }

  private static Told told(EventBatch events, int from, Predicate<EventKind> recorded) {
    return told(events, (kind, i) -> i >= from && recorded.test(kind));
  }

  private static Told told(EventBatch events, Recorded recorded) {
    Told told = new Told();
    MmReconstruction reconstruction = new MmReconstruction(told);
    for (int i = 0; i < events.size(); i++) {
      if (recorded.has(events.kind(i), i)) {
        reconstruction.apply(events, i);
      }
    }
    reconstruction.finish();
    return told;
  }

  private static Predicate<EventKind> random(int seed) {
    double chance = CHANCES[seed % CHANCES.length];
    Random random = new Random(seed * 7_919L);
    int calls = random.nextInt(4); // none, all, or some
    boolean[] recorded = new boolean[EventKinds.count()];
    for (EventKind kind : EventKinds.all()) {
      boolean call = kind.source() == EventKind.Source.SYSCALL_ENTER || kind.source() == EventKind.Source.SYSCALL_EXIT;
      boolean chosen = random.nextDouble() < chance;
      recorded[kind.ordinal()] = kind == PAGE_FAULT_USER || (call && calls < 2 ? calls == 1 : chosen);
    }
    return kind -> recorded[kind.ordinal()];
  }

  private static String line(String subset, long faults, long unresolved) {
    return "%-36s %8d faults, %.2f %% unresolved".formatted(subset, faults, 100.0 * unresolved / faults);
  }

  private static double share(Map<String, long[]> sums, String subset) {
    long[] sum = sums.getOrDefault(subset, new long[2]);
    return (double) sum[1] / sum[0];
  }

  private static Map<String, Compared> compare(Path recording, Map<String, Predicate<EventKind>> subsets) throws CaptureException {
    Told full = new Told();
    Map<String, Told> told = new LinkedHashMap<>();
    Map<String, MmReconstruction> reconstructions = new LinkedHashMap<>();
    subsets.keySet().forEach(name -> {
      Told part = new Told();
      told.put(name, part);
      reconstructions.put(name, new MmReconstruction(part));
    });
    MmReconstruction all = new MmReconstruction(full);
    try (Capture capture = Captures.open(recording.toString(), CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      capture.decode(batch -> {
        for (int i = 0, n = batch.size(); i < n; i++) {
          all.apply(batch, i);
          EventKind kind = batch.kind(i);
          for (Map.Entry<String, Predicate<EventKind>> subset : subsets.entrySet()) {
            if (subset.getValue().test(kind)) {
              Objects.requireNonNull(reconstructions.get(subset.getKey())).apply(batch, i);
            }
          }
        }
        return true;
      }, false, _ -> {});
    }
    all.finish();
    Map<String, Compared> compared = new LinkedHashMap<>();
    compared.put("everything", compared(full, full));
    reconstructions.forEach((name, reconstruction) -> {
      reconstruction.finish();
      compared.put(name, compared(full, Objects.requireNonNull(told.get(name))));
    });
    return compared;
  }

  private static Compared compared(Told full, Told part) {
    long[] unresolved = new long[1];
    List<String> different = new ArrayList<>();
    part.reasons.forEachKeyValue((at, reason) -> {
      FaultReason told = FaultReason.values()[reason];
      FaultReason really = FaultReason.values()[full.reasons.get(at)];
      if (told.path() == FaultPath.UNRESOLVED) {
        unresolved[0]++;
      } else if (told.path() != really.path()) {
        different.add("line %d is %s, and told as %s".formatted(at, really, told));
      }
    });
    return new Compared(part.reasons.size(), unresolved[0], different);
  }
}
