package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.ByteScan;

/**
 * What in some lines says that they are a kernel's log.
 *
 * @param lines how many lines there are that hold anything
 * @param stamped lines with the kernel's stamp, or a tag that says that the kernel wrote them
 * @param dump whether a dump of the trace begins
 * @param report whether a report of the kernel begins, and what is around it says so too where its first line could be anybody's
 */
public record LogSigns(long lines, long stamped, boolean dump, boolean report) {
  /** So many lines that are events of known names are a trace, however much of a log is around them. */
  private static final int A_TRACE = 8;

  /** Where no event has a known name, one stamped line in so many is enough: less is a text with numbers in brackets. */
  private static final int STAMPED = 10;

  /** What is around a report stands no further behind its first line: that alone could be anybody's, or be quoted by somebody who writes about it. */
  private static final int NEAR = 40;

  /**
   * The signs in the lines of [from, to). A line that only a kernel prints is enough where it is the first or the last, for a log may have been
   * cut out right there.
   */
  static LogSigns in(ConsoleMargin margin, byte[] b, int from, int to) {
    ConsoleLine line = new ConsoleLine(margin);
    long lines = 0;
    long stamped = 0;
    boolean dump = false;
    long sureAt = Long.MIN_VALUE / 2;
    long titleAt = sureAt;
    boolean report = false;
    for (int p = from; p < to; ) {
      int end = ByteScan.newline(b, p, to);
      line.read(b, p, end, end + 1);
      lines += end > p ? 1 : 0;
      stamped += line.stamped && line.timed ? 1 : 0;
      dump |= line.starts(ConsoleDecoder.DUMPING);
      report |= lines - sureAt < NEAR && ReportTitles.holdsAddress(line);
      sureAt = ReportTitles.isSure(line) ? lines : sureAt;
      titleAt = sureAt == lines || ReportTitles.kind(line) != null ? lines : titleAt;
      report |= sureAt == 1 || lines - titleAt < NEAR && (stamped > 0 || ReportTitles.isAround(line));
      p = end + 1;
    }
    return new LogSigns(lines, stamped, dump, report || sureAt == lines);
  }

  /** Whether so many events of known names are a trace, whatever is around them. */
  public static boolean isTrace(long known) {
    return known >= A_TRACE;
  }

  /** Whether the lines are of a log, if nothing else reads them. */
  public boolean isLog() {
    return stamped > 0 && stamped * STAMPED >= lines || dump || report;
  }

  /**
   * Whether the lines are of a log although another format reads some of them.
   *
   * @param known events among those that it reads whose names are known
   * @param events all events that it reads
   * @param looked how many lines that one has looked at
   */
  public boolean outweighs(long known, long events, long looked) {
    boolean mostStamped = stamped >= events && !isTrace(known) && known * 10 < stamped;
    boolean someStamped = known == 0 && stamped * STAMPED >= looked;
    return mostStamped || someStamped || isLog() && known == 0 && (report || events * 2 < looked);
  }
}
