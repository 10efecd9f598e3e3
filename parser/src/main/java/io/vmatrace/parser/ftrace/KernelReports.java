package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.event.ConsoleReport;
import io.vmatrace.parser.event.ConsoleReport.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the kernel's own reports in the lines of its log, one line after the other. */
final class KernelReports {
  /** The most reports that are kept; a dying machine repeats itself. */
  private static final int MOST_REPORTS = 100;

  private static final List<byte[]> DUMPS =
      Stream.of("vma ", "mm ", "page:", "folio:").map(ConsoleLine::ascii).toList();

  /** {@code Linux version 6.18.3-box (…) …}: a kernel begins (init/version-timestamp.c linux_banner). */
  private static final byte[] BANNER = ConsoleLine.ascii("Linux version ");

  /** {@code type=SYSCALL msg=audit(1764000000.123:8): …}, which auditd writes. */
  private static final byte[] AUDITED = ConsoleLine.ascii("type=");

  private static final byte[] AUDIT = ConsoleLine.ascii(" msg=audit(");

  private static final int MOST_RELEASE = 80;
  private static final byte[] CPU = ConsoleLine.ascii("CPU: ");
  private static final int MOST_CPU_LINE = 240;

  private static final byte[] END_TRACE = ConsoleLine.ascii("---[ end trace");

  /** {@code [Poison overwritten] 0x…-0x… @offset=2472. First byte 0x6c instead of 0x6b}: mm/slub.c check_bytes_and_report(), 6.15 on. */
  private static final byte[] POISON = ConsoleLine.ascii("[Poison overwritten]");

  /** How far before a report an assertion may have begun to print what it is about: mm/debug.c dump_mm() takes about thirty lines. */
  private static final int MOST_DUMPED = 40;

  private final List<ConsoleReportBuilder> reports = new ArrayList<>();
  private @Nullable ConsoleReportBuilder open;

  /** The kernel that was booted last, as far as the log says, and how many reports there were before. */
  private @Nullable String booted;

  private final Set<String> releases = new LinkedHashSet<>();
  private int reportsBeforeBoot;
  private String dumped = "";
  private long dumpedAt;

  /** How many blanks are before each line of the report that is open: it stands in a mail. */
  private int indent;

  /** Takes the next line of the log. */
  void line(long line, ConsoleLine text) {
    int blanks = ReportTitles.indented(text) - text.from;
    if (open != null) {
      text.from += Math.min(blanks, indent);
    }
    if (text.starts(END_TRACE)) {
      open = null;
      return;
    }
    if (text.starts(AUDITED) && text.contains(AUDIT)) {
      return;
    }
    if (text.starts(BANNER)) {
      boot(text);
      return;
    }
    noteDump(line, text);
    Kind kind = ReportTitles.kind(text);
    boolean cutHere = ReportTitles.isCutHere(text);
    ConsoleReportBuilder current = open;
    if (current != null && !cutHere && (kind == null || current.takes(kind, text))) {
      if (!current.isForeign(text) && !current.line(line, kind, text)) {
        open = null;
      }
    } else if (cutHere || kind != null) {
      indent = ReportTitles.indented(text) - text.from + (open == null ? 0 : Math.min(blanks, indent));
      text.from = ReportTitles.indented(text);
      begin(line, kind, text);
    } else if (text.starts(CPU)) {
      noteRelease(text);
    }
  }

  /** {@code CPU: 3 UID: 0 PID: 901 Comm: probe Not tainted 6.12.3 #2} of what is no report, such as that of the OOM killer (mm/oom_kill.c dump_header()). */
  private void noteRelease(ConsoleLine text) {
    ReportTask task = new ReportTask();
    task.line(text.text(MOST_CPU_LINE));
    if (task.release() != null) {
      releases.add(task.release());
    }
  }

  /** Another kernel begins: what was being printed is of the one before. */
  private void boot(ConsoleLine text) {
    open = null;
    int from = text.from + BANNER.length;
    int end = Ascii.indexOf(text.b, from, text.to, ' ');
    if (end > from && end - from <= MOST_RELEASE && Ascii.isDigit(text.b[from])) {
      booted = new String(text.b, from, end - from, StandardCharsets.US_ASCII);
      releases.add(booted);
      reportsBeforeBoot = reports.size();
    }
  }

  /** The kernel that prints now, as far as the log has said so far: by its last report, or when it was booted; null when it has not. */
  @Nullable String release() {
    for (int i = reports.size() - 1; i >= reportsBeforeBoot; i--) {
      String release = reports.get(i).release();
      if (release != null) {
        return release;
      }
    }
    return booted;
  }

  /** {@code vma ffff888077381a00 start …}, {@code mm ffff8fa64175f700 …}, {@code page: refcount:1 …}: mm/debug.c dump_vma(), dump_mm(), dump_page(). */
  private void noteDump(long line, ConsoleLine text) {
    if (text.starts(POISON)) {
      dumped = "poison";
      dumpedAt = line;
    }
    for (byte[] start : DUMPS) {
      int i = text.from + start.length;
      if (text.starts(start) && i < text.to && (start[start.length - 1] == ':' || Ascii.afterHexDigits(text.b, i, text.to) - i >= 8)) {
        dumped = new String(start, 0, start.length - 1, StandardCharsets.US_ASCII);
        dumpedAt = line;
      }
    }
  }

  private void begin(long line, @Nullable Kind kind, ConsoleLine text) {
    open = null;
    if (reports.size() < MOST_REPORTS) {
      ConsoleReportBuilder report = new ConsoleReportBuilder(line - dumpedAt <= MOST_DUMPED ? dumped : "", booted, text);
      if (kind != null) {
        report.line(line, kind, text);
      }
      reports.add(report);
      open = report;
      dumped = "";
    }
  }

  /** The kernels that the log has named so far ({@link io.vmatrace.parser.event.KernelLog#releases}). */
  List<String> releases() {
    Set<String> all = new LinkedHashSet<>(releases);
    reports.stream().map(ConsoleReportBuilder::release).filter(Objects::nonNull).forEach(all::add);
    return List.copyOf(all);
  }

  /** All reports so far, in the log's order. */
  List<ConsoleReport> all() {
    return reports.stream().filter(ConsoleReportBuilder::hasTitle).map(ConsoleReportBuilder::report).toList();
  }

  /**
   * The report that is being printed, when it says that a task died inside handle_mm_fault(), in folio_add_new_anon_rmap(): every caller
   * (mm/memory.c do_anonymous_page(), wp_page_copy(), do_swap_page(), set_pte_range(), 6.8 on) holds the page-table lock there, and
   * the lock of the fault; a task that has released the latter returns at once.
   */
  @Nullable ConsoleReport deathInFault() {
    if (open == null || !open.hasTitle()) {
      return null;
    }
    ConsoleReport report = open.report();
    boolean died = report.kind() == Kind.BUG || report.kind() == Kind.OOPS;
    boolean known = report.pid() > 0 && report.cpu() >= 0;
    boolean adding = "folio_add_new_anon_rmap".equals(report.function()) && report.frames().contains("handle_mm_fault");
    return died && known && adding ? report : null;
  }
}
