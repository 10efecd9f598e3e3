package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.KernelReport;
import io.vmatrace.parser.input.CaptureException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernel logs as consoles, journals, mails and CI jobs keep them, each with the same report in it. */
class LogFormsTest {
  /** A report as lib/refcount.c, kernel/panic.c __warn() and arch/x86/kernel/dumpstack.c print it; the names are those of 6.18. */
  private static final List<String> WARNING =
      List.of(
          "------------[ cut here ]------------",
          "refcount_t: saturated; leaking memory.",
          "WARNING: lib/refcount.c:19 at refcount_warn_saturate+0x50/0x110, CPU#1: probe/801",
          "Modules linked in:",
          "CPU: 1 UID: 0 PID: 801 Comm: probe Kdump: loaded Not tainted 6.18.3-box #2 PREEMPT(full) ",
          "RIP: 0010:refcount_warn_saturate+0x50/0x110",
          "Call Trace:",
          " <TASK>",
          " __vma_enter_locked+0x62e/0x6a0",
          " __vma_start_write+0x23/0x140",
          " vma_modify+0xf62/0x1a70",
          " </TASK>",
          "---[ end trace 0000000000000000 ]---");

  @TempDir Path folder;

  static Stream<Arguments> forms() {
    String stamp = "[   99.057001] ";
    return Stream.of(
        form("bare", line -> line),
        form("caller of a task", line -> "[   99.057001][  T801] " + line),
        form("caller alone", line -> "[  T801] " + line),
        form("caller apart", line -> "[   99.057001] [   T801] " + line),
        form("level", line -> "<4>" + stamp + line),
        form("level without a time", line -> "<4>" + line),
        form("dmesg -x", line -> "kern  :warn  : " + stamp + line),
        form("dmesg -x -T", line -> "kern  :warn  : [Tue Nov 24 22:21:50 2026] " + line),
        form("dmesg -T -d", line -> "[Tue Nov 24 22:21:50 2026 <    0.000012>] " + line),
        form("dmesg -d", line -> "[   99.057001 <    0.000012>] " + line),
        form("dmesg -d alone", line -> "[<    0.000012>] " + line),
        form("dmesg -e", line -> "[  +0.000012] " + line),
        form("dmesg -e, a new minute", line -> "[Nov24 22:21] " + line),
        form("dmesg --time-format iso", line -> "2026-11-24T22:21:50,123456+01:00 " + line),
        form("dmesg -L", line -> "\u001b[32m" + stamp + "\u001b[0m\u001b[33m" + line + "\u001b[0m"),
        form("/dev/kmsg", line -> "4,1234,99057001,-,caller=T801;" + line),
        form("netconsole, extended", line -> "6.18.3-box,4,1234,99057001,-;" + line),
        form("journalctl", line -> "Nov 24 22:21:50 box kernel: " + line),
        form("journalctl of a short day", line -> "Nov  4 02:21:50 box kernel: " + stamp + line),
        form("journalctl -o short-precise", line -> "Nov 24 22:21:50.123456 box kernel: " + line),
        form("journalctl -o short-iso", line -> "2026-11-24T22:21:50+0100 box kernel: " + line),
        form("journalctl -o short-iso-precise", line -> "2026-11-24T22:21:50.123456+01:00 box kernel: " + line),
        form("journalctl -o short-full", line -> "Tue 2026-11-24 22:21:50 CET box kernel: " + line),
        form("journalctl -o short-monotonic", line -> "[   99.057001] box kernel: " + line),
        form("journalctl -o short-unix", line -> "1795555310.123456 box kernel: " + line),
        form("rsyslog", line -> "2026-11-24T22:21:50.123456+00:00 box kernel: " + stamp + line),
        form("logread", line -> "Tue Nov 24 22:21:50 2026 kern.warn kernel: " + stamp + line),
        form("GitHub", line -> "2026-01-05T19:14:20.8843628Z " + stamp + line),
        form("GitHub, without stamps", line -> "2026-01-05T19:14:20.8843628Z " + line),
        form("GitLab", line -> "2026-01-05T19:14:20.884362Z 01O " + stamp + line),
        form("Jenkins", line -> "[2026-01-05T19:14:20.884Z] " + stamp + line),
        form("LAVA", line -> "2026-01-05T19:14:20.123456  " + stamp + line),
        form("syslog over the network", line -> "<4>Nov 24 22:21:50 box kernel: " + line),
        form("RFC 5424", line -> "<4>1 2026-11-24T22:21:50.123Z box kernel - - - " + stamp + line),
        form("bracketed paste", line -> "\u001b[?2004l\r" + stamp + line),
        form("a hidden cursor", line -> "\u001b[?25l" + stamp + line),
        form("Buildkite", line -> "\u001b_bk;t=1764022910123\u0007" + stamp + line),
        form("LTP", line -> "tst_kernel.c:90: TINFO: " + stamp + line),
        form("Xen", line -> "(XEN) " + stamp + line),
        form("a guest's name", line -> "guest1 " + stamp + line),
        form("quoted with tabs", line -> ">\t" + line),
        form("minicom", line -> "[2026-03-28 22:39:25] " + stamp + line),
        form("MobaXterm", line -> "[2026-03-28 22:39.25]  " + stamp + line),
        form("MobaXterm, without stamps", line -> "[2026-03-28 22:39.25]  " + line),
        form("logcat -b kernel", line -> "11-24 22:21:50.123     0     0 W         : " + line),
        form("logcat -b kernel -v year", line -> "2026-11-24 22:21:50.123   801   801 W kernel  : " + line),
        form("logcat, with stamps", line -> "11-24 22:21:50.123     0     0 W kernel: " + stamp + line),
        form("logcat -v brief", line -> "W/kernel  (    0): " + stamp + line),
        form("seconds of a job", line -> "242.5: " + stamp + line),
        form("seconds of a job, without stamps", line -> "242.5: " + line),
        form("tio", line -> "[22:39:25.123] " + stamp + line),
        form("openQA", line -> "16:56:35 " + stamp + line),
        form("ts", line -> "Jan 05 19:14:20 " + stamp + line),
        form("date with slashes", line -> "2026/01/05 19:14:20 " + stamp + line),
        form("grabserial", line -> "[1.234567 0.000123] " + stamp + line),
        form("a container's log", line -> "guest-1  | " + stamp + line),
        form("a date of other people", line -> "28.03.2026 22:39:25.123 > " + stamp + line),
        form("indented", line -> "    " + stamp + line),
        form("indented by a tab", line -> "\t" + stamp + line),
        form("indented, with callers", line -> "  [  T801] " + line),
        form("indented, bare", line -> "    " + line),
        form("quoted, and indented", line -> "    > <4>" + stamp + line),
        form("coloured to the end", line -> "\u001b[0;33m" + stamp + line + "\r\u001b[0m"),
        form("coloured by grep", line -> "\u001b[01;31m\u001b[K" + stamp + line + "\u001b[m\u001b[K"),
        form("GitHub, coloured", line -> "2026-01-05T19:14:20.8843628Z \u001b[0;33m" + stamp + line + "\u001b[0m"),
        form("indented and quoted", line -> ">     " + line),
        form("quoted", line -> "> " + stamp + line),
        form("quoted twice", line -> "> > <4>" + stamp + line),
        form("quoted without blanks", line -> ">>" + stamp + line),
        form("quoted by DOS", line -> "> " + stamp + line + "\r"),
        form("padded", line -> "%-120s".formatted(stamp + line)),
        form("two times", line -> "[   99.057001][   99.057001] " + line),
        form("hard blanks", line -> (stamp + line).replace("  ", "\u00a0 ")),
        form("logcat -v uid", line -> "11-24 22:21:50.123  root     0     0 W         : " + line),
        form("GitHub, all jobs", line -> "build\tRun tests\t2026-01-05T19:14:20.8843628Z " + line),
        form("syzkaller's machine", line -> "vm-0: [   99.057001][  T801] " + line),
        form("netconsole, with an address", line -> "10.0.2.15: " + line),
        form("nanoseconds", line -> "[   99.057001123] " + line),
        form("milliseconds", line -> "[   99.057] " + line),
        form("a diff", line -> "+" + line),
        form("a container in JSON", line -> "{\"log\":\"" + stamp + line + "\\n\",\"stream\":\"stdout\"}"),
        form("DOS", line -> stamp + line + "\r"));
  }

  private static Arguments form(String name, UnaryOperator<String> line) {
    return Arguments.of(name, line);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forms")
  void shouldReadAReportInEveryForm(String name, UnaryOperator<String> form) throws Exception {
    Report report = check(WARNING.stream().map(form).toList());
    assertThat(report.format()).isEqualTo("kernel-log");
    assertThat(report.input().damaged()).isZero();
    assertThat(report.input().events()).isZero();
    assertThat(report.clock()).isEqualTo("seconds");
    assertThat(report.kernel()).isEqualTo(new Report.Kernel("6.18.3-box", "refcount"));
    KernelReport said = report.kernelReports().getFirst();
    assertThat(report.kernelReports()).hasSize(1);
    assertThat(said.line()).isEqualTo(2);
    assertThat(said.rules()).containsExactly("R02", "R01");
    assertThat(said.comm() + "-" + said.pid() + " on " + said.cpu()).isEqualTo("probe-801 on 1");
  }

  /** Lines that other formats read as events: one of them must not make the log theirs. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "audit: type=1400 audit(1764000000.123:8): avc:  denied  { read } for  pid=700 comm=\"probe\" name=\"x\"",
        "2 locks held by kworker/u8:5/793:",
        "  lock(&mm->mmap_lock);",
        "       CPU0                    CPU1",
        "-> #1 (&rq->__lock){-.-.}-{2:2}:",
        "hrtimer: interrupt took 12345 ns",
        "systemd[1]: Started foo.service:bar: done",
        "}",
        " 0) 1.234 us | handle_mm_fault();",
        "workqueue: vmstat_update hogged CPU for >10000us 4 times, consider switching to WQ_UNBOUND"
      })
  void shouldStayALogWhateverIsInIt(String line) throws Exception {
    for (UnaryOperator<String> form : List.<UnaryOperator<String>>of(text -> text, text -> "[   50.000001] " + text, text -> "[   50.000001][   T22] " + text)) {
      List<String> lines = new ArrayList<>();
      lines.add(line);
      lines.addAll(WARNING);
      lines.add(line);
      Report report = check(lines.stream().map(form).toList());
      assertThat(report.format()).isEqualTo("kernel-log");
      assertThat(report.input().damaged()).isZero();
      assertThat(report.kernelReports()).extracting(KernelReport::rules).contains(List.of("R02", "R01"));
    }
  }

  @Test
  void shouldReadALogOfAuditLinesOnly() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      lines.add("[   50.%06d] audit: type=1400 audit(1764000000.123:%d): avc:  denied  { read } for  pid=700".formatted(i, i));
    }
    Report report = check(lines);
    assertThat(report.format()).isEqualTo("kernel-log");
    assertThat(report.input().damaged() + report.input().events()).isZero();
  }

  /** Between the lines of a report, those of another task on another CPU. */
  @Test
  void shouldSeparateCallers() throws Exception {
    List<String> lines = new ArrayList<>();
    for (String line : WARNING) {
      lines.add("[   99.057001][  T801] " + line);
      lines.add("[   99.057002][ T5884] Bluetooth: hci3: command tx timeout");
      lines.add("[   99.057002][    C0] CPU: 0 UID: 0 PID: 0 Comm: swapper/0 Not tainted 6.18.3-box #2");
    }
    KernelReport said = check(lines).kernelReports().getFirst();
    assertThat(said.rules()).containsExactly("R02", "R01");
    assertThat(said.pid()).isEqualTo(801);
  }

  /** Between the lines of a report, those of other programs in the system's log. */
  @Test
  void shouldSeparatePrograms() throws Exception {
    List<String> lines = new ArrayList<>();
    for (String line : WARNING) {
      lines.add("Nov 24 22:21:50 box kernel: " + line);
      lines.add("Nov 24 22:21:50 box systemd[1]: Started foo.service: bar: done");
    }
    Report report = check(lines);
    assertThat(report.format()).isEqualTo("kernel-log");
    assertThat(report.kernelReports()).extracting(KernelReport::title).containsExactly("refcount_t: saturated; leaking memory.");
    assertThat(report.kernelReports().getFirst().rules()).containsExactly("R02", "R01");
  }

  /** A mail has wrapped the long lines. */
  @ParameterizedTest
  @ValueSource(strings = {"[   99.057001][  T801] ", "[   99.057001] ", ""})
  void shouldJoinWrappedLines(String stamp) throws Exception {
    List<String> lines = new ArrayList<>();
    for (String line : WARNING) {
      String whole = (stamp + line).stripTrailing();
      int cut = whole.length() > 72 ? whole.lastIndexOf(' ', 72) : -1;
      if (cut > stamp.length()) {
        lines.add(whole.substring(0, cut));
        lines.add(whole.substring(cut + 1));
      } else {
        lines.add(whole);
      }
    }
    Report report = check(lines);
    assertThat(lines).hasSizeGreaterThan(WARNING.size());
    assertThat(report.kernel().release()).isEqualTo("6.18.3-box");
    assertThat(report.kernelReports().getFirst().rules()).containsExactly("R02", "R01");
    assertThat(report.kernelReports().getFirst().comm()).isEqualTo("probe");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "WARNING: The requested image's platform does not match the host's\nBUG: the button is green\nOops: sorry\n",
        "INFO: task list of the week\nINFO: 3 items\n",
        "Call Trace:\nthe story of a trace\n",
        "[1.2] a footnote\n[T1] another one\n",
        "Hi all,\n\nwe saw\nBUG: KASAN: slab-use-after-free in lock_vma_under_rcu on one of the boxes. I think\nthat a reader is never woken.\n\nThanks, Bob\n",
        "From: Bob\n\nOn Friday A wrote:\n> > BUG: KASAN: slab-use-after-free in lock_vma_under_rcu+0x1a9/0x7a0\n> \n> Is this kernel BUG at mm/mmap_lock.c:12! the same?\n\nNo. It is\n  vma_refcount_put()\nand not the other one.\n"
      })
  void shouldTakeNoProseForALog(String text) {
    assertThatThrownBy(() -> check(List.of(text))).isInstanceOf(CaptureException.class).hasMessageContaining("is not a trace");
  }

  /** The console of a machine that died, with a dump in it. */
  @ParameterizedTest
  @ValueSource(strings = {"  %s", "    %s", "        %s", "\t%s", "    > %s", "\u001b[0;33m%s\u001b[0m", "2026-01-05T19:14:20.8843628Z \u001b[0;33m%s\u001b[0m"})
  void shouldFindTheViolationInADumpInEveryForm(String form) throws Exception {
    List<String> lines = RealCaptures.lines(Path.of("../samples/broken-no-reader-wait-oops-console.log.zst"));
    Report report = check(lines.stream().map(form::formatted).toList());
    assertThat(report.verdict()).isEqualTo(Report.Verdict.VIOLATION);
    assertThat(report.input().damaged()).isZero();
  }

  /** A log may have been cut out right before a report, or right behind its first line. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "kernel BUG at mm/rmap.c:1472!\nit stops here\n",
        "the box boots\nkernel BUG at mm/rmap.c:1472!\n",
        "the box boots\nkernel BUG at mm/rmap.c:1472!\nsome words\n unlink_anon_vmas+0x4e/0x80\nmore words\n",
        "the box boots\nkernel BUG at mm/rmap.c:1472!\nsome words\nCPU: 1 UID: 0 PID: 801 Comm: probe\nmore words\n"
      })
  void shouldTakeAReportForALog(String text) throws Exception {
    assertThat(check(List.of(text)).kernelReports()).singleElement().extracting(KernelReport::title).isEqualTo("kernel BUG at mm/rmap.c:1472!");
  }

  @Test
  void shouldRefuseEncodedMails() throws Exception {
    String event = "     task-749     [006] .....   144.379850: mmap_lock_released: mm=3D00000000c94d28b8 memcg_id=3D0 write=3Dtrue";
    assertThatThrownBy(() -> check(List.of(event))).hasMessageContaining("quoted-printable");
    assertThatThrownBy(() -> check(List.of("Content-Transfer-Encoding: Quoted-Printable", "", event.substring(0, 70) + "=", event.substring(70)))).hasMessageContaining("quoted-printable");
    assertThatThrownBy(() -> check(List.of("content-transfer-encoding: base64", "", "WyAgIDk5LjA1NzAwMV0gQlVHOg=="))).hasMessageContaining("base64");
    assertThat(check(List.of("Content-Transfer-Encoding: 8bit", "", event.replace("=3D", "="))).input().events()).isEqualTo(1);
  }

  @Test
  void shouldRefuseTheJournalInJson() {
    String entry = "{\"_TRANSPORT\":\"kernel\",\"__REALTIME_TIMESTAMP\":\"1700000000000000\",\"MESSAGE\":\"kernel BUG at mm/rmap.c:1472!\"}";
    assertThatThrownBy(() -> check(List.of(entry, entry))).hasMessageContaining("journalctl -k -o short-monotonic");
    List<String> dmesg = List.of("{", "   \"dmesg\": [", "      {", "         \"pri\": 4,", "         \"msg\": \"kernel BUG at mm/rmap.c:1472!\"", "      }", "   ]", "}");
    assertThatThrownBy(() -> check(dmesg)).hasMessageContaining("the kernel's log in JSON: write it as text, with dmesg alone");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"__CURSOR\":\"s=1\",\"_TRANSPORT\":\"kernel\",\"MESSAGE\":\"%s\"}", "\u001e{\"__REALTIME_TIMESTAMP\":\"1\",\"MESSAGE\":\"%s\"}",
      "__CURSOR=s=1\n_TRANSPORT=kernel\nMESSAGE=%s\n", "Mon 2026-11-30 12:00:01.000001 UTC [s=abc;i=1]\n    _TRANSPORT=kernel\n    MESSAGE=%s"})
  void shouldSayHowToWriteTheJournalAsText(String entry) {
    assertThatThrownBy(() -> check(WARNING.stream().map(entry::formatted).toList())).hasMessageContaining("the system's journal in").hasMessageContaining("journalctl -k -o short-monotonic");
  }

  /** Numbers of lines, as wide as they are, or padded. */
  @ParameterizedTest
  @ValueSource(strings = {"%d. ", "%d\t", "%d:", "dmesg.txt:%d:", "%6d ", "> %3d | "})
  void shouldReadBehindNumbersOfLines(String number) throws Exception {
    for (String stamp : List.of("", "[   99.057001] ", "[   99.057001][  T801] ")) {
      List<String> lines = new ArrayList<>();
      for (String line : WARNING) {
        lines.add(number.formatted(lines.size() + 98) + stamp + line);
      }
      KernelReport said = check(lines).kernelReports().getFirst();
      assertThat(said.rules()).containsExactly("R02", "R01");
      assertThat(said.comm() + "-" + said.pid() + " on " + said.cpu()).isEqualTo("probe-801 on 1");
      assertThat(check(lines).kernel().release()).isEqualTo("6.18.3-box");
    }
  }

  /** A line with a time of the host only, among those of the kernel. */
  @Test
  void shouldReadOnBehindALineOfTheHost() throws Exception {
    List<String> lines = new ArrayList<>(WARNING.stream().map("[   99.057001] "::concat).toList());
    lines.add(9, "2026/11/30 12:00:05 executing program 0:");
    assertThat(check(lines).kernelReports().getFirst().rules()).containsExactly("R02", "R01");
  }

  /** A dump inside, with blanks as mails leave them. */
  @ParameterizedTest
  @ValueSource(strings = {"[   19.572693]    (ftrace buffer empty)", "    (ftrace buffer empty)", "(ftrace buffer empty)", "<4>[   19.572693]    (ftrace buffer empty)\r"})
  void shouldSayThatADumpIsEmpty(String empty) throws Exception {
    List<String> lines = new ArrayList<>(WARNING.subList(0, 3));
    lines.addAll(List.of("Dumping ftrace buffer:", empty));
    lines.addAll(WARNING.subList(3, WARNING.size()));
    Report report = check(lines);
    assertThat(report.input().damaged()).isZero();
    assertThat(report.reasons()).singleElement().asString().contains("it is empty").contains("tracing_on").doesNotContain("no dump").doesNotContain("sysctl");
    assertThat(report.kernelReports().getFirst().rules()).containsExactly("R02", "R01");
  }

  /** What ends the machine at such a report, so that there is a dump next time. */
  static Stream<Arguments> advice() {
    return Stream.of(
        Arguments.of("INFO: task probe:8529 blocked for more than 143 seconds.", "kernel.hung_task_panic=1", "panic_on_warn", true),
        Arguments.of("watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [probe:48]", "kernel.softlockup_panic=1", "panic_on_warn", true),
        Arguments.of("watchdog: Watchdog detected hard LOCKUP on cpu 1", "kernel.hardlockup_panic=1", "softlockup", true),
        Arguments.of("rcu: INFO: rcu_preempt self-detected stall on CPU", "kernel.panic_on_rcu_stall=1", "panic_on_warn", true),
        Arguments.of("refcount_t: saturated; leaking memory.", "kernel.panic_on_warn=1", "hung_task_panic", false),
        Arguments.of("BUG: KASAN: slab-use-after-free in mas_walk+0x1/0x2", "kernel.panic_on_warn=1", "hung_task_panic", false),
        Arguments.of("kernel BUG at mm/rmap.c:1472!", "kernel.ftrace_dump_on_oops=1", "panic_on_warn", false),
        Arguments.of("WARNING: possible circular locking dependency detected", "kernel.ftrace_dump_on_oops=1", "panic_on_warn", true));
  }

  @ParameterizedTest
  @MethodSource("advice")
  void shouldAdviseWhatWorks(String title, String sysctl, String not, boolean lives) throws Exception {
    String reason = check(List.of("[   99.057001] " + title)).reasons().getFirst();
    assertThat(reason).contains("kernel.ftrace_dump_on_oops=1").contains(sysctl).doesNotContain(not);
    assertThat(reason.contains("echo z > /proc/sysrq-trigger")).isEqualTo(lives);
  }

  /** KMSAN obeys its own parameter, and SLUB warns since 6.15. */
  @Test
  void shouldAdviseWhatThatReportObeys() throws Exception {
    assertThat(check(List.of("BUG: KMSAN: uninit-value in mas_walk+0x1/0x2")).reasons().getFirst()).contains("boot it with kmsan.panic=1").doesNotContain("panic_on_warn");
    String poison = "BUG vm_area_struct (Not tainted): Poison overwritten";
    assertThat(check(List.of(poison, "CPU: 1 PID: 900 Comm: probe Not tainted 6.17.4 #1")).reasons().getFirst()).contains("kernel.panic_on_warn=1");
    assertThat(check(List.of(poison, "CPU: 1 PID: 900 Comm: probe Not tainted 6.14.4 #1")).reasons().getFirst()).doesNotContain("panic_on_warn").contains("sysrq-trigger");
  }

  @Test
  void shouldAdviseOnlyWhatIsMissing() throws Exception {
    String read = "          probe-1840    [006] ...1   194.576805: mmap_lock_%s: mm=000000006515cb1f memcg_path=/user.slice write=%s%s";
    List<String> reads = List.of(read.formatted("start_locking", "false", ""), read.formatted("acquire_returned", "false", " success=true"), read.formatted("released", "false", ""));
    assertThat(check(reads).reasons()).singleElement().asString().contains("no task takes the mmap_lock for writing").contains("exceptions:* and maple_tree:*").doesNotContain("mmap_lock:*");
    assertThat(check(List.of("# tracer: nop")).reasons()).singleElement().asString().contains("record at least mmap_lock:*, exceptions:* and maple_tree:*");
  }

  private Report check(List<String> lines) throws IOException, CaptureException {
    Path file = folder.resolve("log");
    Files.write(file, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    return Check.run(file.toString(), new Check.Options(null, false), _ -> {});
  }
}
