package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs of {@code reported/} and samples/ into which something else got: lines of others, another boot, NULs, wraps; each by a small edit. */
class DisturbedLogsTest {
  private static final Path REPORTED = Path.of("src/test/resources/reported");
  private static final Path OOPS = Path.of("../samples/broken-no-reader-wait-oops-console.log.zst");
  private static final String STRAY = "usb 1-1: new high-speed USB device number 4 using xhci_hcd";
  private static final String AUDITD = "type=SYSCALL msg=audit(1764000000.123:8): arch=c000003e syscall=59 success=yes exit=0 comm=\"probe\"";

  @TempDir Path folder;

  /** Logs with one report each, and the rules that it is about. */
  static Stream<Arguments> reports() {
    return Stream.of(Arguments.of("hung-mmap-writer", "R26 R39"), Arguments.of("hung-fault-deep", "R26 R39"), Arguments.of("kasan-decoded-frames", "R15 R60 R76"),
        Arguments.of("log-locks-held-kworker", "R26 R02 R30"), Arguments.of("log-audit-line", "R02 R01"), Arguments.of("log-caller-only", "R02 R01"));
  }

  /** One line of another CPU, without a caller, at each place in turn: in the head, in the trace, behind it. */
  @ParameterizedTest
  @MethodSource("reports")
  void shouldReadOnBehindALineOfAnother(String name, String rules) throws Exception {
    List<String> lines = lines(name);
    Report whole = check(lines);
    for (String stray : List.of(STRAY, "audit: type=1400 audit(1764000000.123:9): apparmor=\"DENIED\" operation=\"open\" pid=1 comm=\"probe\"", "EXT4-fs (sda1): re-mounted")) {
      for (int at = 0; at <= lines.size(); at++) {
        List<String> edited = new ArrayList<>(lines);
        edited.add(at, stamp(lines, at) + stray);
        assertSame(check(edited), whole, rules, "%s before line %d".formatted(stray, at + 1));
      }
    }
  }

  /** Several of them in a row, before the last frames. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 8, 11})
  void shouldReadOnBehindSeveralLinesOfOthers(int strays) throws Exception {
    List<String> lines = lines("hung-mmap-writer");
    int before = find(lines, "rwsem_down_write_slowpath");
    for (int i = 0; i < strays; i++) {
      lines.add(before, "[  100.0000%02d] usb 1-1: new high-speed USB device number %d using xhci_hcd".formatted(i, i));
    }
    assertThat(only(check(lines)).rules()).containsExactly("R26", "R39");
  }

  /** Frames of who allocated and freed the memory are no callers, nor are those behind the end of a trace. */
  @Test
  void shouldNotReadOnIntoAnotherTrace() throws Exception {
    List<String> lines = new ArrayList<>(List.of("BUG: KASAN: slab-use-after-free in filp_close+0x1/0x2", "CPU: 1 UID: 0 PID: 801 Comm: probe Not tainted 6.18.0-box #2", "Call Trace:", " <TASK>",
        " filp_close+0x1/0x2", " </TASK>", "", "Allocated by task 800:", " kasan_save_stack+0x33/0x60", "", "Freed by task 811:", " vm_area_free+0x1/0x2", " lock_vma_under_rcu+0x1/0x2"));
    assertThat(only(check(lines)).meaning()).isNull();
    lines.remove(" </TASK>");
    assertThat(only(check(lines)).meaning()).isNull();
  }

  /** What stands between "cut here" and the report is its title only where it is what the warning has to say. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "usb 1-1: new device     | refcount_t: saturated; leaking memory. | refcount_t: saturated; leaking memory.",
      "''                      | refcount_t: saturated; leaking memory. | refcount_t: saturated; leaking memory.",
      "audit: type=1400 a(1:9) | WARNING: mm/mmap_lock.c:120 at vma_mark_detached+0x60/0x90, CPU#1: probe/801 | WARNING: mm/mmap_lock.c:120 at vma_mark_detached+0x60/0x90, CPU#1: probe/801",
      "usb 1-1: new device     | kernel BUG at mm/rmap.c:1472! | kernel BUG at mm/rmap.c:1472!",
      "EXT4-fs (sda1): mounted | rwsem_is_locked(&mm->mmap_lock) == 0 | rwsem_is_locked(&mm->mmap_lock) == 0"})
  void shouldTakeNoLineOfAnotherForTheTitle(String stray, String second, String title) throws Exception {
    List<String> lines = new ArrayList<>(List.of("------------[ cut here ]------------", stray, second));
    if (second.startsWith("refcount_t") || second.startsWith("rwsem")) {
      lines.add("WARNING: include/linux/mmap_lock.h:78 at exit_mmap+0x3e0/0x400, CPU#1: probe/801");
    }
    lines.add("CPU: 1 UID: 0 PID: 801 Comm: probe Not tainted 6.18.0-box #1");
    KernelReport said = only(check(stamped(lines)));
    assertThat(said.title()).isEqualTo(title);
    assertThat(said.line()).isEqualTo(3);
  }

  /** KASAN's line stands behind the one of the general protection fault, and tells the same alone. */
  @Test
  void shouldReadAnOopsOfKasanWithoutItsFirstLine() throws Exception {
    List<String> lines = List.of("Oops: general protection fault, probably for non-canonical address 0xdffffc0000000005: 0000 [#1] SMP KASAN PTI",
        "KASAN: null-ptr-deref in range [0x0000000000000028-0x000000000000002f]", "CPU: 0 UID: 0 PID: 801 Comm: probe Not tainted 6.15.0-box #1",
        "RIP: 0010:vma_start_read+0x1a4/0x4b0", "Call Trace:", " <TASK>", " lock_vma_under_rcu+0x12d/0x3f0", " </TASK>");
    for (int from : new int[] {0, 1}) {
      KernelReport said = only(check(stamped(lines.subList(from, lines.size()))));
      assertThat(said.title()).isEqualTo(lines.get(from));
      assertThat(said.rules()).containsExactly("R23");
    }
  }

  @Test
  void shouldSayWhatAssertsBehindTheConditionOfAWarning() throws Exception {
    KernelReport said = only(check(stamped(List.of("------------[ cut here ]------------", "rwsem_is_locked(&mm->mmap_lock) == 0",
        "WARNING: include/linux/mmap_lock.h:78 at exit_mmap+0x3e0/0x400, CPU#1: probe/801", "CPU: 1 UID: 0 PID: 801 Comm: probe Not tainted 7.2.0 #1"))));
    assertThat(said.meaning()).contains("without its mmap_lock");
  }

  /** Two boots in one file: each report is of its own kernel, and a dump of the one that dumped it. */
  @Test
  void shouldKeepTwoBootsApart() throws Exception {
    List<String> hung = lines("log-locks-held-kworker");
    List<String> older = hung.stream().map(line -> line.replace("6.18.3-box", "6.9.4-box").replace("__vma_enter_locked", "down_write").replace("__vma_start_write", "mprotect_fixup")).toList();
    for (boolean olderFirst : List.of(true, false)) {
      List<String> both = new ArrayList<>(olderFirst ? older : hung);
      both.addAll(olderFirst ? hung : older);
      List<KernelReport> said = check(both).kernelReports();
      assertThat(said.get(olderFirst ? 0 : 1).rules()).as("6.9, older first %s", olderFirst).containsExactly("R26");
      assertThat(said.get(olderFirst ? 1 : 0).rules()).containsExactly("R26", "R02", "R30");
      assertThat(said).extracting(KernelReport::release).containsExactly(olderFirst ? "6.9.4-box" : "6.18.3-box", olderFirst ? "6.18.3-box" : "6.9.4-box");
    }
    List<String> log = new ArrayList<>(lines("hung-mmap-writer"));
    log.addAll(oops());
    Report report = check(log);
    assertThat(report.kernel()).isEqualTo(new Report.Kernel("7.2.13", "exclude-readers"));
    assertThat(report.verdict()).isEqualTo(Verdict.VIOLATION);
  }

  /** A report that does not say its kernel is of the one that was booted. */
  @Test
  void shouldTakeTheKernelThatWasBooted() throws Exception {
    String title = "kernel BUG at include/linux/mm.h:701!";
    List<String> log = List.of("Linux version 6.9.4-box (gcc (Debian 12.2.0-14) 12.2.0) #2 SMP", "RIP: ", title, "RIP: 0010:vma_replace_policy+0x1/0x2",
        "Linux version 6.0.0-box (gcc (Debian 12.2.0-14) 12.2.0) #2 SMP", title, "RIP: 0010:vma_replace_policy+0x1/0x2");
    Report report = check(stamped(log));
    assertThat(report.kernelReports()).extracting(KernelReport::rules).containsExactly(List.of("R29"), List.of());
    assertThat(report.kernel().release()).isEqualTo("6.9.4-box");
  }

  @Test
  void shouldNotJudgeDumpsOfTwoKernelsTogether() throws Exception {
    List<String> log = new ArrayList<>(oops());
    oops().forEach(line -> log.add(line.replace("7.2.13", "6.18.15")));
    Report report = check(log);
    assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(report.reasons()).anyMatch(reason -> reason.contains("dumps of several kernels are in the log, 7.2.13 and 6.18.15"));
  }

  /** Reports of 6.4 to 6.14, of whose VMA locks each is a semaphore: no vm_refcnt, no error pointers, no writer of an mm that waits. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "6.8.0-45-generic | INFO: task a:3001 blocked for more than 120 seconds. | rwsem_down_write_slowpath down_write mprotect_fixup do_mprotect_pkey | R26 | readers of a VMA",
      "6.9.4            | INFO: task a:3001 blocked for more than 120 seconds. | schedule down_write free_pgtables exit_mmap | R26 | readers of a VMA",
      "6.9.4            | INFO: task a:3001 blocked for more than 120 seconds. | schedule down_write vma_start_write vms_gather_munmap_vmas | R26 | readers of a VMA",
      "6.9.4            | INFO: task a:3001 blocked for more than 120 seconds. | schedule down_write exit_mmap mmput | R26 R39 | the mmap_lock for writing",
      "6.9.4            | INFO: task a:3001 blocked for more than 120 seconds. | schedule down_write unlink_anon_vmas free_pgtables exit_mmap | '' |",
      "6.0.0            | INFO: task a:3001 blocked for more than 120 seconds. | schedule down_write mprotect_fixup do_mprotect_pkey | '' |",
      "6.18.0           | INFO: task a:3001 blocked for more than 120 seconds. | schedule down_write mprotect_fixup do_mprotect_pkey | '' |",
      "6.14.2-arch1-1   | BUG: kernel NULL pointer dereference, address: 0000000000000010 | lock_vma_under_rcu do_user_addr_fault | '' | its vm_lock",
      "6.9.4            | refcount_t: saturated; leaking memory. | refcount_warn_saturate vma_start_write foo | '' |",
      "6.9.4            | BUG: KASAN: slab-use-after-free in vma_end_read+0x1/0x2 | vma_end_read do_user_addr_fault | R60 | freed meanwhile",
      "6.9.4            | WARNING: CPU: 0 PID: 7 at mm/mmap_lock.c:90 foo+0x1/0x2 | foo | '' |"})
  void shouldSpeakOfTheKernelsOwnDesign(String release, String title, String frames, String rules, String meaning) throws Exception {
    List<String> lines = new ArrayList<>(List.of(title, "      Not tainted %s #1".formatted(release), "Call Trace:", " <TASK>"));
    Stream.of(frames.split(" ", -1)).map(frame -> " %s+0x1/0x2".formatted(frame)).forEach(lines::add);
    KernelReport said = only(check(stamped(lines)));
    assertThat(said.rules()).containsExactlyElementsOf(rules.isEmpty() ? List.of() : List.of(rules.split(" ", -1)));
    if (meaning == null) {
      assertThat(said.meaning()).isNull();
    } else {
      assertThat(said.meaning()).contains(meaning);
    }
  }

  /** auditd writes to the same file. */
  @ParameterizedTest
  @MethodSource("reports")
  void shouldStayALogAmongLinesOfAuditd(String name, String rules) throws Exception {
    List<String> edited = new ArrayList<>();
    for (String line : lines(name)) {
      edited.addAll(List.of(line, AUDITD));
    }
    assertSame(check(edited), check(lines(name)), rules, "among lines of auditd");
  }

  /** NULs before, within and behind lines, and a page of them. */
  @ParameterizedTest
  @MethodSource("reports")
  void shouldReadBesideNuls(String name, String rules) throws Exception {
    List<String> lines = lines(name);
    List<String> edited = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      edited.add(i % 3 == 0 ? "\0\0\0\0\0" + line : i % 3 == 1 ? line.substring(0, line.length() / 2) + "\0" + line.substring(line.length() / 2) : line + "\0\0");
    }
    edited.set(0, "\0".repeat(4096) + lines.getFirst());
    Report report = check(edited);
    assertSame(report, check(lines), rules, "beside NULs");
    assertThat(report.problems()).filteredOn(problem -> problem.what().contains("NUL")).singleElement().extracting(Report.InputProblem::count).isEqualTo((long) lines.size());
    assertThat(report.input().bytes()).isEqualTo(report.accounting().header());
  }

  @Test
  void shouldRefuseWhatIsBinaryBesideALine() throws Exception {
    byte[] bytes = new byte[8192];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31 >> 3);
    }
    byte[] line = "\n[   99.057001] kernel BUG at mm/rmap.c:1472!\n".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(line, 0, bytes, 400, line.length);
    assertThatThrownBy(() -> check(bytes)).isInstanceOf(CaptureException.class).hasMessageContaining("is binary");
    assertThatThrownBy(() -> check(new byte[1 << 20])).isInstanceOf(CaptureException.class).hasMessageContaining("zeros only");
  }

  /** A terminal cuts at one column, whatever is there: the release too. */
  @ParameterizedTest
  @ValueSource(ints = {72, 76, 80, 100})
  void shouldJoinLinesThatWereCutAtAColumn(int column) throws Exception {
    for (String name : List.of("hung-fault-deep", "kasan-decoded-frames", "log-locks-held-kworker", "log-audit-line")) {
      List<String> lines = lines(name);
      boolean bare = lines.stream().noneMatch(line -> line.startsWith("["));
      List<String> whole = bare ? stamped(lines) : lines;
      List<String> cut = new ArrayList<>();
      for (String line : whole) {
        for (int from = 0; from == 0 || from < line.length(); from += column) {
          cut.add(line.substring(from, Math.min(line.length(), from + column)));
        }
      }
      Report report = check(cut);
      assertThat(report.kernel()).as(name).isEqualTo(check(whole).kernel());
      assertThat(only(report).rules()).as(name).isEqualTo(only(check(whole)).rules());
    }
  }

  /** Where one line only is cut, and not at a usual column, the dot in the number shows it. */
  @Test
  void shouldJoinAReleaseThatWasCut() throws Exception {
    List<String> lines = lines("log-audit-line");
    int at = find(lines, "CPU: 1");
    String line = lines.get(at);
    for (int more = 1; more <= 4; more++) {
      List<String> edited = new ArrayList<>(lines);
      int cut = line.indexOf("6.18.3") + (more == 1 ? 2 : more == 2 ? 1 : more == 3 ? 5 : 4);
      edited.set(at, line.substring(0, cut));
      edited.add(at + 1, line.substring(cut));
      assertThat(check(edited).kernel().release()).isEqualTo("6.18.3-box");
    }
  }

  /** Reports of lockdep one right after the other, without a trace or with one. */
  @Test
  void shouldTakeEachReportOfLockdepForItself() throws Exception {
    List<String> lines = List.of("=====================================", "WARNING: bad unlock balance detected!", "6.18.0 #5 Not tainted", "fsx/2211 is trying to release lock (vm_lock) at:",
        "====================================", "WARNING: fsx/2212 still has locks held!", "6.18.0 #5 Not tainted", "1 lock held by fsx/2212:",
        " #0: ffff88805fd07ec8 (vm_lock){++++}-{0:0}, at: lock_vma_under_rcu+0x2f9/0x730", "================================================", "WARNING: lock held when returning to user space!",
        "6.18.0 #5 Not tainted", "fsx/2213 is leaving the kernel with locks still held!", "1 lock held by fsx/2213:",
        " #0: ffff88805fd07ec8 (vm_lock){++++}-{0:0}, at: lock_vma_under_rcu+0x2f9/0x730", "Oops: general protection fault, probably for non-canonical address 0x6b6b6b6b6b6b6b93: 0000 [#1] SMP",
        "CPU: 1 UID: 0 PID: 801 Comm: probe Not tainted 6.18.0 #5", "RIP: 0010:lock_vma_under_rcu+0xbe/0x420");
    for (List<String> form : List.of(lines, stamped(lines))) {
      assertThat(check(form).kernelReports()).extracting(said -> said.rules().getFirst()).containsExactly("R01", "R46", "R46", "R15");
    }
  }

  /** What stands before every line, of whomever: learnt from the report. */
  @ParameterizedTest
  @ValueSource(strings = {"| ", "[qemu] ", "console: ", "vm-3 console> ", "   |  ", "[vm 12] <serial0> "})
  void shouldReadBehindAMarginOfAnyKind(String margin) throws Exception {
    for (String name : List.of("hung-mmap-writer", "kasan-decoded-frames", "log-audit-line")) {
      List<String> lines = new ArrayList<>(lines(name));
      lines.replaceAll(line -> margin + line);
      lines.addFirst("And then this happened on the box:");
      Report whole = check(lines(name));
      Report report = check(lines);
      assertThat(only(report).rules()).as(name).isEqualTo(only(whole).rules());
      assertThat(report.kernel()).isEqualTo(whole.kernel());
      assertThat(only(report).comm()).isEqualTo(only(whole).comm());
    }
  }

  private static void assertSame(Report report, Report whole, String rules, String what) {
    assertThat(report.format()).as(what).isEqualTo("kernel-log");
    assertThat(report.kernel()).as(what).isEqualTo(whole.kernel());
    KernelReport said = only(report);
    assertThat(said.rules()).as(what).containsExactly(rules.split(" ", -1));
    assertThat(said.title()).as(what).isEqualTo(only(whole).title());
    assertThat(said.pid()).as(what).isEqualTo(only(whole).pid());
    assertThat(report.input().damaged()).as(what).isZero();
  }

  private static KernelReport only(Report report) {
    assertThat(report.kernelReports()).hasSize(1);
    return report.kernelReports().getFirst();
  }

  private static int find(List<String> lines, String words) {
    return lines.indexOf(lines.stream().filter(line -> line.contains(words)).findFirst().orElseThrow());
  }

  /** The stamp of the line at a place without its caller, as an older kernel on another CPU has it. */
  private static String stamp(List<String> lines, int at) {
    String line = lines.get(Math.min(at, lines.size() - 1));
    return line.matches("\\[ *\\d+\\.\\d+].*") ? line.substring(0, line.indexOf(']') + 1) + " " : "";
  }

  private static List<String> stamped(List<String> lines) {
    return lines.stream().map(line -> "[   99.057001] " + line).toList();
  }

  private static List<String> lines(String name) throws IOException {
    return new ArrayList<>(Files.readAllLines(REPORTED.resolve(name + ".txt")));
  }

  private static List<String> oops() {
    return new String(RealCaptures.bytes(OOPS), StandardCharsets.ISO_8859_1).lines().map(line -> line.replace("\r", "")).toList();
  }

  private Report check(List<String> lines) throws IOException, CaptureException {
    return check((String.join("\n", lines) + "\n").getBytes(StandardCharsets.ISO_8859_1));
  }

  private Report check(byte[] log) throws IOException, CaptureException {
    Path file = folder.resolve("log");
    Files.write(file, log);
    return Check.run(file.toString(), new Check.Options(null, false), _ -> {});
  }
}
