package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.KernelReport;
import io.vmatrace.checker.report.Report.Verdict;
import io.vmatrace.parser.input.CaptureException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose task, CPU and kernel the reports of a log name, and what a log says of itself: how many kernels it is of, where its dump is cut. */
class LogFactsTest {
  private static final Path OOPS = Path.of("../samples/broken-no-reader-wait-oops-console.log.zst");

  /** The end of what khungtaskd prints: kernel/hung_task.c check_hung_uninterruptible_tasks(), debug_show_all_locks(), trigger_all_cpu_backtrace(). */
  private static final List<String> BY_KHUNGTASKD =
      List.of("1 lock held by khungtaskd/30:", " #0: ffffffff8e937da0 (rcu_read_lock){....}-{1:2}, at: debug_show_all_locks+0x55/0x2a0", "=============================================", "",
          "NMI backtrace for cpu 0", "CPU: 0 UID: 0 PID: 30 Comm: khungtaskd Not tainted 6.12.0-box #0", "Call Trace:", " <TASK>", " dump_stack_lvl+0x241/0x360", " watchdog+0xff4/0x1040",
          " </TASK>", "Kernel panic - not syncing: hung_task: blocked tasks", "CPU: 0 UID: 0 PID: 30 Comm: khungtaskd Not tainted 6.12.0-box #0");

  private static final List<String> HUNG =
      List.of("INFO: task probe:5826 blocked for more than 143 seconds.", "      Not tainted 6.12.0-box #0", "task:probe    state:D stack:22544 pid:5826  tgid:5826  ppid:1", "Call Trace:", " <TASK>",
          " __schedule+0x184f/0x4c30", " rwsem_down_write_slowpath+0xeee/0x13b0", " down_write+0x1d7/0x220", " exit_mmap+0x2ff/0xd50", " </TASK>");

  @TempDir Path folder;

  /** The task of a hung task is that of its title, not the one that prints. */
  @ParameterizedTest
  @ValueSource(strings = {"", "Showing all locks held in the system:"})
  void shouldNameTheTaskThatHangs(String behind) throws Exception {
    for (int without = 0; without < 3; without++) { // also without the line that names the kernel, and without the trace
      List<String> lines = new ArrayList<>(HUNG.subList(0, without == 2 ? 3 : HUNG.size()));
      lines.addAll(behind.isEmpty() ? List.of() : List.of(behind));
      lines.addAll(BY_KHUNGTASKD);
      lines.remove(without == 1 ? 1 : lines.size() - 1);
      for (List<String> log : List.of(lines, stamped(lines))) {
        List<KernelReport> said = check(log).kernelReports();
        assertThat(said).hasSize(2);
        assertThat(said.getFirst().comm() + "-" + said.getFirst().pid() + " on " + said.getFirst().cpu()).isEqualTo("probe-5826 on -1");
        assertThat(said.getFirst().release()).isEqualTo("6.12.0-box");
        assertThat(said.getFirst().rules()).isEqualTo(without == 2 ? List.of() : List.of("R26", "R39"));
      }
    }
  }

  /** A stall that names no task has the one that the CPU it is about was running. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"NMI watchdog: Watchdog detected hard LOCKUP on cpu 3", "watchdog: Watchdog detected hard LOCKUP on cpu 3", "watchdog: CPU0: Watchdog detected hard LOCKUP on cpu 3"})
  void shouldKnowHardLockupsOfEveryKernel(String title) throws Exception {
    List<String> lines = List.of(title, "Sending NMI from CPU 0 to CPUs 3:", "NMI backtrace for cpu 3", "CPU: 3 PID: 901 Comm: probe Not tainted 6.1.90 #2", "RIP: 0010:native_queued_spin_lock_slowpath+0x6c/0x268");
    for (List<String> log : List.of(lines, stamped(lines), lines.subList(0, 1))) {
      Report report = check(log);
      KernelReport said = report.kernelReports().getFirst();
      assertThat(said.kind()).isEqualTo("stall");
      assertThat(said.cpu()).isEqualTo(3);
      assertThat(said.pid()).isEqualTo(log.size() > 1 ? 901 : -1);
      assertThat(report.reasons().getFirst()).contains("kernel.hardlockup_panic=1");
    }
  }

  /** The line that the kernel boots with, and what others than reports say of it. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"Linux version 6.18.15-amd64 (debian-kernel@lists.debian.org) (gcc-14) #1 SMP | 6.18.15-amd64 | refcount",
      "CPU: 3 UID: 0 PID: 901 Comm: probe Not tainted 6.12.3 #2 | 6.12.3 | rwsem", "CPU: 3 UID: 0 PID: 901 Comm: probe | | "})
  void shouldNameTheKernelWithoutAReport(String line, String release, String design) throws Exception {
    List<String> lines = List.of("probe invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0", line, "Mem-Info:");
    assertThat(check(stamped(lines)).kernel()).isEqualTo(new Report.Kernel(release, design));
  }

  @Test
  void shouldSayThatALogIsOfSeveralKernels() throws Exception {
    List<String> lines = List.of("Linux version 6.1.90-box (gcc 12) #0 SMP", "BUG: unable to handle page fault for address: 0000000000000123", "RIP: 0010:foo+0x1/0x2", "Linux version 6.17.0-box (gcc 12) #0 SMP");
    assertThat(check(stamped(lines)).reasons()).anyMatch(reason -> reason.contains("of several kernels, 6.1.90-box, 6.17.0-box:"));
    assertThat(check(stamped(lines.subList(0, 3))).reasons()).noneMatch(reason -> reason.contains("several kernels"));
    assertThat(check(stamped(List.of(lines.getFirst(), lines.getFirst(), lines.get(1)))).reasons()).noneMatch(reason -> reason.contains("several kernels"));
  }

  /** A dump in a log that begins after it: what is missing proves nothing. Without its first line, but with the dashes, it is whole. */
  @Test
  void shouldSayThatTheHeadOfADumpIsCut() throws Exception {
    List<String> lines = new String(RealCaptures.bytes(OOPS), StandardCharsets.ISO_8859_1).lines().map(line -> line.replace("\r", "")).toList();
    int dumping = lines.indexOf(lines.stream().filter(line -> line.contains("Dumping ftrace buffer")).findFirst().orElseThrow());
    String head = "has no beginning";
    assertThat(check(lines).reasons()).noneMatch(reason -> reason.contains(head));
    assertThat(check(lines.subList(dumping + 1, lines.size())).reasons()).noneMatch(reason -> reason.contains(head));
    for (int cut : new int[] {2, 3, 30, 300}) {
      List<String> tail = new ArrayList<>(lines.subList(dumping + cut, lines.size()));
      tail.removeIf(line -> line.contains("[LOST ")); // whose loss would be told too
      Report report = check(tail);
      assertThat(report.reasons()).as("%d lines", cut).anyMatch(reason -> reason.contains(head));
      tail.set(0, tail.getFirst().substring(tail.getFirst().length() / 2));
      assertThat(check(tail).verdict()).isNotEqualTo(Verdict.OK);
    }
  }

  /** An oops of which no line but the first names its report, behind what CI jobs put before lines. */
  private static final List<String> OOPS_IN_CI =
      List.of("Oops: general protection fault, probably for non-canonical address 0xdffffc0000000005: 0000 [#1] SMP KASAN NOPTI", "KASAN: null-ptr-deref in range [0x0000000000000028-0x000000000000002f]",
          "CPU: 0 UID: 0 PID: 5854 Comm: probe Not tainted 6.17.0-box #0 PREEMPT(full)", "RIP: 0010:vma_start_read+0x1e6/0x7a0", "Call Trace:", " <TASK>", " lock_vma_under_rcu+0x2d3/0x1390",
          " </TASK>");

  @ParameterizedTest
  @ValueSource(strings = {"- {\"dt\": \"2025-07-28T12:00:00.123456\", \"lvl\": \"target\", \"msg\": \"%s\"}", "{\"log\":\"%s\\n\",\"stream\":\"stdout\",\"time\":\"2025-07-28T12:00:00.1Z\"}",
      "{\"log\":\"%s\\r\\n\",\"stream\":\"stdout\"}", "console.log:7:%s", "7:%s"})
  void shouldReadAllOfAReportInCi(String form) throws Exception {
    for (List<String> log : List.of(OOPS_IN_CI, stamped(OOPS_IN_CI))) {
      Report report = check(log.stream().map(form::formatted).toList());
      KernelReport said = report.kernelReports().getFirst();
      assertThat(report.kernelReports()).hasSize(1);
      assertThat(said.title()).isEqualTo(OOPS_IN_CI.getFirst());
      assertThat(said.comm() + "-" + said.pid() + " in " + said.function()).isEqualTo("probe-5854 in vma_start_read");
      assertThat(said.rules()).containsExactly("R23");
      assertThat(report.kernel().release()).isEqualTo("6.17.0-box");
    }
  }

  /** Titles that are the same up to the inlined function, wrapped in the middle of words, between words, and behind a stamp. */
  @ParameterizedTest
  @CsvSource({"72, true, false", "80, true, false", "72, false, false", "72, false, true", "80, true, true"})
  void shouldJoinWrappedTitles(int column, boolean hard, boolean stamps) throws Exception {
    String title = "WARNING: CPU: 0 PID: 6001 at ./include/linux/rwsem.h:203 %s";
    List<String> lines = new ArrayList<>(List.of("------------[ cut here ]------------"));
    for (String inlined : List.of("rwsem_assert_held_write", "mmap_assert_write_locked", "__is_vma_write_locked", "vma_start_write", "vm_flags_set")) {
      lines.add(title.formatted(inlined + " include/linux/mm.h:718 [inline]"));
    }
    lines.addAll(List.of(title.formatted("remap_pfn_range_notrack+0x4d0/0x560 mm/memory.c:2732"), "Modules linked in:", "CPU: 0 UID: 0 PID: 6001 Comm: probe Not tainted 6.12.0-box-01518-g0352387523b2 #0",
        "RIP: 0010:mmap_assert_write_locked include/linux/mmap_lock.h:70 [inline]", "RIP: 0010:remap_pfn_range_notrack+0x4d0/0x560 mm/memory.c:2732", "Call Trace:", " <TASK>",
        " remap_pfn_range+0xcc/0x150 mm/memory.c:2820", " </TASK>"));
    List<String> wrapped = new ArrayList<>();
    for (String line : stamps ? stamped(lines) : lines) {
      String rest = line;
      while (rest.length() > column) {
        int cut = hard ? column : rest.lastIndexOf(' ', column);
        wrapped.add(rest.substring(0, cut));
        rest = rest.substring(hard ? cut : cut + 1);
      }
      wrapped.add(rest);
    }
    Report report = check(wrapped);
    assertThat(report.kernelReports()).hasSize(1);
    assertThat(report.kernelReports().getFirst().title()).isEqualTo(lines.get(1));
    assertThat(report.kernelReports().getFirst().rules()).containsExactly("R29");
    assertThat(report.kernelReports().getFirst().comm()).isEqualTo("probe");
    assertThat(report.kernel()).isEqualTo(new Report.Kernel("6.12.0-box-01518-g0352387523b2", "rwsem"));
  }

  @Test
  void shouldJoinTheLineThatNamesTheKernel() throws Exception {
    for (String taint : List.of("Not tainted", "Tainted: G        W  ")) {
      List<String> lines = new ArrayList<>(stamped(HUNG));
      lines.set(1, "[   99.057001]       " + taint);
      lines.add(2, "6.8.0-rc1-box-00011-g0123456789ab #0");
      assertThat(check(lines).kernel().release()).isEqualTo("6.8.0-rc1-box-00011-g0123456789ab");
    }
  }

  /** The events of a dump are not joined: the report says why they cannot be read, and does not advise to record what is recorded. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldSayThatADumpIsWrapped(boolean hard) throws Exception {
    List<String> wrapped = new ArrayList<>();
    for (String line : new String(RealCaptures.bytes(OOPS), StandardCharsets.ISO_8859_1).lines().map(line -> line.replace("\r", "")).toList()) {
      String rest = line;
      while (rest.length() > 80) {
        int cut = hard || rest.lastIndexOf(' ', 80) <= 0 ? 80 : rest.lastIndexOf(' ', 80);
        wrapped.add(rest.substring(0, cut));
        rest = rest.substring(cut);
      }
      wrapped.add(rest);
    }
    Report report = check(wrapped);
    assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(report.reasons()).anyMatch(reason -> reason.startsWith("the lines are wrapped at column 80")).noneMatch(reason -> reason.contains("record also"));
  }

  /** The trace of the task that holds the lock stands behind the one of the task that hangs. */
  @Test
  void shouldSayWhatTheHolderWaitsFor() throws Exception {
    List<String> lines = new ArrayList<>(HUNG.subList(0, 1));
    lines.addAll(List.of("      Not tainted 6.18.3-box #1", "Call Trace:", " <TASK>", " __schedule+0x4a0/0xf00", " down_read+0x48/0xb0", " madvise_lock+0x55/0x90", " </TASK>",
        "INFO: task probe:5826 <reader> blocked on an rw-semaphore likely owned by task probe:902 <writer>", "task:probe           state:D stack:0     pid:902   tgid:900   ppid:1", "Call Trace:",
        " <TASK>", " __schedule+0x4a0/0xf00", " schedule+0x27/0xd0", " __vma_enter_locked+0xc3/0x1b0", " __vma_start_write+0x2f/0xe0", " </TASK>"));
    KernelReport said = check(stamped(lines)).kernelReports().getFirst();
    assertThat(said.pid()).isEqualTo(5826);
    assertThat(said.rules()).containsExactly("R26", "R02", "R30");
    assertThat(said.meaning()).contains("whose holder waits for the readers of a VMA");
    lines.removeIf(line -> line.contains("__vma_"));
    assertThat(check(stamped(lines)).kernelReports().getFirst().rules()).containsExactly("R26", "R39");
  }

  private static List<String> stamped(List<String> lines) {
    return lines.stream().map(line -> "[   99.057001] " + line).toList();
  }

  private Report check(List<String> lines) throws IOException, CaptureException {
    Path file = folder.resolve("log");
    Files.write(file, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.ISO_8859_1));
    return Check.run(file.toString(), new Check.Options(null, false), _ -> {});
  }
}
