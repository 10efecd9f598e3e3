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

  private static List<String> stamped(List<String> lines) {
    return lines.stream().map(line -> "[   99.057001] " + line).toList();
  }

  private Report check(List<String> lines) throws IOException, CaptureException {
    Path file = folder.resolve("log");
    Files.write(file, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.ISO_8859_1));
    return Check.run(file.toString(), new Check.Options(null, false), _ -> {});
  }
}
