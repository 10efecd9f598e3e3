package io.vmatrace.checker.stats;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import io.vmatrace.checker.check.Check;
import io.vmatrace.checker.mm.FaultPath;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.parser.capture.CaptureSet;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.input.CaptureLimits;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CaptureFigures computed a second time, from the text alone. */
class CaptureStatsTest {
  private static final Path SAMPLES = Path.of("../samples");
  private static final Pattern LOCK =
      Pattern.compile("^.{16}-(\\d+) +\\[\\d+\\] \\S+ +([\\d.]+): mmap_lock_(\\w+): mm=(\\S+) .*?write=(true|false)(?: success=(true|false))?.*$");

  /** What the events of the mmap_lock say of one task and one mm. */
  private static final class Task {
    private long asked = -1;
    private long held = -1;
    private boolean write;
  }

  private static StatsReport stats(String name) throws Exception {
    try (CaptureSet set = Captures.expand(SAMPLES.resolve(name).toString(), CaptureLimits.DEFAULT);
        CaptureSource source = Objects.requireNonNull(set.next())) {
      CaptureStats stats = new CaptureStats();
      CaptureRun.over(source, CaptureRun.Options.DEFAULT, _ -> {}, stats);
      return stats.report();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"clean-6.12.94-churn", "clean-6.18.15-churn-e0-hashed", "clean-7.2.13-churn", "clean-7.2.13-fault-race", "clean-7.3.4-mixed", "programs/gcc"})
  void shouldTimeTheMmapLockToTheNanosecond(String name) throws Exception {
    Map<Timed, List<Long>> expected = mmapLock(SAMPLES.resolve(name + ".txt.zst"));
    CaptureFigures figures = stats(name + ".txt.zst").figures();
    expected.forEach((what, lengths) -> assertHas(figures.times(what), what, lengths));
    assertThat(expected.get(Timed.WRITE_HOLD)).hasSizeGreaterThan(20);
  }

  private static void assertHas(Distribution of, Timed what, List<Long> lengths) {
    lengths.sort(null);
    assertThat(of.count()).as("%s", what).isEqualTo(lengths.size());
    assertThat(of.sum()).as("%s", what).isEqualTo(lengths.stream().mapToLong(Long::longValue).sum());
    assertThat(of.least()).as("%s", what).isEqualTo(lengths.getFirst());
    assertThat(of.longest()).as("%s", what).isEqualTo(lengths.getLast());
    for (int percent : new int[] {50, 90, 99}) {
      long exact = lengths.get((int) Math.ceil(percent / 100.0 * lengths.size()) - 1);
      assertThat(of.percentile(percent)).as("%s p%d", what, percent).isBetween(exact, exact + exact / 1_000 + 1);
    }
  }

  /** A downgrade is an acquire_returned that nobody asked for: it ends a hold for writing, and begins one for reading. */
  private static Map<Timed, List<Long>> mmapLock(Path capture) throws Exception {
    Map<Timed, List<Long>> times = new EnumMap<>(Timed.class);
    Map<String, Task> tasks = new HashMap<>();
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(new ZstdInputStream(Files.newInputStream(capture)), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher event = LOCK.matcher(line);
        if (!event.matches()) {
          continue;
        }
        long time = new BigDecimal(event.group(2)).movePointRight(9).longValueExact();
        Task task = tasks.computeIfAbsent(event.group(1) + " " + event.group(4), _ -> new Task());
        boolean write = event.group(5).equals("true");
        switch (event.group(3)) {
          case "start_locking" -> task.asked = time;
          case "acquire_returned" -> {
            if ("true".equals(event.group(6))) {
              if (task.asked >= 0) {
                times.computeIfAbsent(write ? Timed.WRITE_WAIT : Timed.READ_WAIT, _ -> new ArrayList<>()).add(time - task.asked);
              } else if (task.held >= 0) {
                held(times, task, time);
              }
              task.held = time;
              task.write = write;
            }
            task.asked = -1;
          }
          default -> {
            held(times, task, time);
            task.held = -1;
          }
        }
      }
    }
    return times;
  }

  private static void held(Map<Timed, List<Long>> times, Task task, long time) {
    if (task.held >= 0) {
      times.computeIfAbsent(task.write ? Timed.WRITE_HOLD : Timed.READ_HOLD, _ -> new ArrayList<>()).add(time - task.held);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"clean-6.12.94-churn", "clean-7.2.13-churn", "clean-7.3.4-mixed", "programs/gcc", "programs/stress-stackmmap"})
  void shouldCountFaultsAsCheckDoes(String name) throws Exception {
    Report.FaultCounts checked = Check.run(SAMPLES.resolve(name + ".txt.zst").toString(), new Check.Options(null, false), _ -> {}).faults();
    StatsReport report = stats(name + ".txt.zst");
    assertThat(report.faults(FaultPath.VMA_LOCK)).isEqualTo(checked.vmaLock());
    assertThat(report.faults(FaultPath.MMAP_LOCK)).isEqualTo(checked.mmapLock());
    assertThat(report.faults(FaultPath.UNRESOLVED)).isEqualTo(checked.unresolved());
    assertThat(report.mms().stream().mapToLong(mm -> mm.faults().getOrDefault(FaultPath.VMA_LOCK, 0L)).sum()).isEqualTo(checked.vmaLock());
  }

  /** Each fault whose path is told takes as long as its handle_mm_fault() does, from its begin. */
  @Test
  void shouldTimeEachFaultThatIsHandled() throws Exception {
    StatsReport report = stats("clean-7.2.13-churn.txt.zst");
    assertThat(report.figures().times(Timed.FAULT_VMA_LOCK).count()).isEqualTo(report.faults(FaultPath.VMA_LOCK));
    assertThat(report.figures().times(Timed.FAULT_MMAP_LOCK).count()).isEqualTo(report.faults(FaultPath.MMAP_LOCK));
  }

  /** What was not recorded is not 0. */
  @Test
  void shouldSayWhatWasNotRecorded() throws Exception {
    StatsReport report = stats("clean-6.18.15-churn-e0-hashed.txt.zst");
    assertThat(report.recorded()).containsExactlyInAnyOrder(Timed.READ_WAIT, Timed.WRITE_WAIT, Timed.READ_HOLD, Timed.WRITE_HOLD);
    assertThat(StatsJson.capture(report).path("times").get("start-write").isNull()).isTrue();
    assertThat(StatsCsv.rows(report)).contains("write-hold").doesNotContain("start-write");
  }

  /** Each of very many tasks begins a page fault, and none ends: that takes seconds, and not for ever. */
  @Test
  @Timeout(120)
  void shouldTakeVeryManyTasks(@TempDir Path folder) throws Exception {
    Path storm = folder.resolve("storm.txt");
    try (BufferedWriter out = Files.newBufferedWriter(storm)) {
      for (int i = 1; i <= 200_000; i++) {
        out.append("           storm-%d [000] d.... 100.%06d: page_fault_user: address=0x7f0000001000 ip=0x401000 error_code=0x6\n".formatted(1_000 + i, i));
      }
    }
    assertThat(stats(storm.toAbsolutePath().toString()).faults(FaultPath.UNRESOLVED)).isEqualTo(200_000);
  }

  /** The probe on the function of the second wait is there only where it has fired. */
  @Test
  void shouldTellSecondWaitsWhereTheyWereRecorded() throws Exception {
    assertThat(stats("clean-7.2.13-churn.txt.zst").recorded()).contains(Timed.START_WRITE).doesNotContain(Timed.SECOND_WAIT);
    StatsReport delayed = stats("clean-7.2-slow-reader-fault-race.txt.zst");
    assertThat(delayed.recorded()).contains(Timed.SECOND_WAIT);
    assertThat(delayed.figures().times(Timed.SECOND_WAIT).count()).isEqualTo(18);
  }

  /** What of a figure is taken out of a capture, so that it can tell nothing of it. */
  @ParameterizedTest
  @CsvSource({
    "page_fault_user|page_fault_kernel, FAULT_VMA_LOCK", "handle_mm_fault_ret, FAULT_MMAP_LOCK", "lock_vma_under_rcu, LOOK_UP_GRANTED", "lock_vma_under_rcu_ret, LOOK_UP_REFUSED",
    "mmap_lock_start_locking, READ_WAIT", "mmap_lock_acquire_returned, WRITE_HOLD", "mmap_lock_released, READ_HOLD", "__vma_start_write, START_WRITE", "__vma_start_write_ret, READERS_LEAVE",
  })
  void shouldTellNothingWithoutEitherSide(String events, Timed what, @TempDir Path folder) throws Exception {
    String sample = "clean-7.3.4-mixed.txt.zst";
    Path without = folder.resolve("without.txt");
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(new ZstdInputStream(Files.newInputStream(SAMPLES.resolve(sample))), StandardCharsets.UTF_8))) {
      Files.write(without, lines.lines().filter(line -> !line.startsWith("# entries") && !line.matches(".*: (?:%s): .*".formatted(events))).toList());
    }
    assertThat(stats(sample).recorded()).contains(what);
    assertThat(stats(without.toString()).recorded()).doesNotContain(what);
  }

  @Test
  void shouldAddCapturesUp() throws Exception {
    List<StatsReport> reports = List.of(stats("clean-6.12.94-churn.txt.zst"), stats("clean-7.2.13-churn.txt.zst"), stats("programs/gcc.txt.zst"));
    MergedStats merged = new MergedStats();
    reports.forEach(report -> assertThat(merged.add(report)).isTrue());
    StatsReport all = merged.report();
    for (Timed what : Timed.values()) {
      assertThat(all.figures().times(what).count()).as("%s", what).isEqualTo(reports.stream().mapToLong(report -> report.figures().times(what).count()).sum());
      assertThat(all.figures().times(what).sum()).as("%s", what).isEqualTo(reports.stream().mapToLong(report -> report.figures().times(what).sum()).sum());
      assertThat(all.figures().times(what).longest()).as("%s", what).isEqualTo(reports.stream().mapToLong(report -> report.figures().times(what).longest()).max().orElseThrow());
    }
    assertThat(all.faults(FaultPath.VMA_LOCK)).isEqualTo(reports.stream().mapToLong(report -> report.faults(FaultPath.VMA_LOCK)).sum());
  }

  /** The figures of ten captures added up are those of all their holds and waits, which are taken from their texts. */
  @Test
  void shouldAddTenCapturesUpToWhatAllOfThemHave() throws Exception {
    List<String> names = List.of("clean-6.12.94-churn", "clean-6.12.117-calls", "clean-6.16.12-churn", "clean-6.18.15-churn-e0-hashed", "clean-6.18.15-calls", "clean-7.2.13-churn", "clean-7.2.13-fault-race",
        "clean-7.2.13-fork-faults", "clean-7.3.4-calls", "clean-7.3.4-mixed");
    MergedStats merged = new MergedStats();
    Map<Timed, List<Long>> expected = new EnumMap<>(Timed.class);
    for (String name : names) {
      assertThat(merged.add(stats(name + ".txt.zst"))).isTrue();
      mmapLock(SAMPLES.resolve(name + ".txt.zst")).forEach((what, lengths) -> expected.computeIfAbsent(what, _ -> new ArrayList<>()).addAll(lengths));
    }
    expected.forEach((what, lengths) -> assertHas(merged.report().figures().times(what), what, lengths));
    assertThat(expected).hasSize(4);
  }

  /** The points of a count over time stay few, and end with the last one. */
  @Test
  void shouldKeepFewPoints() {
    VmaCount count = new VmaCount();
    for (int i = 1; i <= 10_000; i++) {
      count.change(i, i % 3 == 0 ? -1 : 1);
    }
    assertThat(count.times()).hasSizeLessThanOrEqualTo(128).isSorted().endsWith(count.times()[count.times().length - 1]);
    assertThat(count.counts()[count.counts().length - 1]).isEqualTo(count.last());
    assertThat(count.last()).isEqualTo(3_334);
    assertThat(count.most()).isEqualTo(3_334);
  }
}
