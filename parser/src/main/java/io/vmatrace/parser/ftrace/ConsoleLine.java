package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.text.Line;
import java.nio.charset.StandardCharsets;

/**
 * The message in a line of a kernel log, without what the ways of the log put around it: [from, to) is the message.
 *
 * <pre>
 * Nov 24 22:21:50 box kernel: [   99.057804][ T6051] message      syslog
 * &lt;4&gt;[   99.057804][    C0] message                              raw level, pstore
 * &lt;4&gt;Nov 24 22:21:50 box kernel: message                        syslog over the network
 * kern  :warn  : [   99.057804] message                          dmesg -x
 * [Tue Nov 24 22:21:50 2026] message                             dmesg -T
 * &gt; 2026-11-24T22:21:50.123Z [   99.057804] message              the console of a CI job, quoted in a mail
 * </pre>
 */
final class ConsoleLine extends Line {
  /** The {@link #caller} of a line that does not say it. */
  static final int NO_CALLER = Integer.MIN_VALUE;

  /** Whether the kernel's own stamp was there, or a tag that says that the message is the kernel's. */
  boolean stamped;

  /** Whether that said more than a caller, which alone could be anybody's bracket. */
  boolean timed;

  /** Whether a time of the host was there, and whether with it the tag of the system's log that says that the kernel wrote the line. */
  boolean dated;

  boolean tagged;

  /** The task, or as a negative number the CPU, that printed the message; {@link #NO_CALLER} when not said. */
  int caller;

  /** How long the line is with all that is before the message. */
  int width;

  /** How many blanks were at its end. */
  int blanks;

  private final ConsoleMargin margin;

  /** How the lines around it are wrapped. */
  final Wrapping wrapping = new Wrapping();

  /** @param margin what stands before every line */
  ConsoleLine(ConsoleMargin margin) {
    this.margin = margin;
  }

  ConsoleLine() {
    this(ConsoleMargin.NONE);
  }

  /** Finds the message of the line in [lineFrom, lineTo), which has no newline; the next line begins at {@code next}. */
  void read(byte[] bytes, int lineFrom, int lineTo, int next) {
    move(bytes, lineFrom, lineTo, next);
    stamped = timed = dated = tagged = false;
    caller = NO_CALLER;
    width = lineTo - lineFrom;
    blanks = lineTo - to - (lineTo > to && b[lineTo - 1] == '\r' ? 1 : 0);
    int json = JsonLine.begin(b, from, to);
    if (json > from) {
      from = json;
      to = JsonLine.end(b, from, to);
    }
    from = margin.after(b, from, to);
    while (from < to && (b[from] == '\r' || b[from] == 0)) {
      from++;
    }
    to = HostPrefix.beforeColours(b, from, to);
    host();
    from = HostPrefix.beforeStamp(b, from, to);
    stamp();
    from = HostPrefix.afterColours(b, from, to);
    offset = from;
  }

  /** Whether the message begins so. */
  boolean starts(byte[] with) {
    return Ascii.startsWith(b, from, to, with);
  }

  /** Whether some words are in the message. */
  boolean contains(byte[] words) {
    return ByteScan.contains(b, from, to, words);
  }

  /** The message, at most {@code most} bytes of it. */
  String text(int most) {
    return new String(b, from, Math.min(to - from, most), StandardCharsets.UTF_8);
  }

  boolean isBlank() {
    return Ascii.afterSpaces(b, from, to) == to;
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Goes past quote marks, colours, times of the host, and the tag of the system's log. */
  private void host() {
    from = HostPrefix.afterQuotes(b, from, to);
    from = HostPrefix.afterColours(b, from, to);
    int container = HostPrefix.afterContainer(b, from, to);
    from = container < 0 ? from : container;
    int time = isKernelTime() ? -1 : HostPrefix.afterTime(b, afterPriority(), to);
    if (time < 0) {
      return;
    }
    from = time;
    int again = HostPrefix.afterTime(b, Ascii.afterSpaces(b, from, to), to);
    from = again < 0 ? from : again;
    int tag = KernelStamp.afterTag(b, Ascii.afterSpaces(b, from, to), to, true);
    dated = true;
    stamped = timed = tagged = tag >= 0;
    int behind = HostPrefix.afterColours(b, Ascii.afterSpaces(b, from, to), to);
    if (tag >= 0) {
      from = tag;
    } else if (behind < to && (b[behind] == '[' || b[behind] == '<')) {
      from = behind;
    }
  }

  /** After {@code <4>} before a time of the host: syslog as it goes over the network (RFC 3164). */
  private int afterPriority() {
    int level = from < to && b[from] == '<' ? KernelStamp.afterLevel(b, from, to) : -1;
    return level < 0 ? from : level;
  }

  private boolean isKernelTime() {
    return KernelStamp.afterTime(b, from, to) >= 0;
  }

  /** The level, the stamp, a caller id after it, and one space: what comes after that is the message's own. */
  private void stamp() {
    int record = KernelStamp.afterRecord(b, from, to);
    if (record >= 0) {
      from = record;
      stamped = timed = true;
      return;
    }
    int level = KernelStamp.afterLevel(b, from, to);
    from = HostPrefix.afterColours(b, level < 0 ? from : level, to);
    int time = KernelStamp.afterTime(b, from, to);
    int again = time >= 0 && time < to && b[time] == '[' ? KernelStamp.afterTime(b, time, to) : -1;
    time = again < 0 ? time : again;
    int i = time < 0 ? from : time;
    int callerFrom = HostPrefix.afterColours(b, i, to);
    callerFrom = time >= 0 && callerFrom < to && b[callerFrom] == ' ' ? callerFrom + 1 : callerFrom;
    int behind = KernelStamp.afterCaller(b, callerFrom, to);
    if (time < 0 && behind < 0) {
      return;
    }
    stamped = true;
    timed |= time >= 0;
    if (behind >= 0) {
      caller = KernelStamp.caller(b, behind);
    }
    from = HostPrefix.afterColours(b, behind < 0 ? i : behind, to);
    if (from < to && b[from] == ' ') {
      from++;
    }
    int tag = KernelStamp.afterTag(b, from, to, false); // journalctl -o short-monotonic
    from = tag < 0 ? from : tag;
  }
}
