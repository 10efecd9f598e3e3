package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.event.EventHead;
import io.vmatrace.parser.text.Line;

/** Reads the part of a line before the event where each column stands at its fixed place, as in nearly every line. */
final class FixedColumns {
  /** How far {@link #read} may look. */
  static final int AHEAD = 80;

  private static final int COMM_COLUMNS = 16;

  /** Brackets and the spaces around them in the columns 24 to 31. */
  private static final long CPU_FRAME = 0x00ff_ff00_0000_ffffL;

  private static final long CPU_FRAMED = ByteScan.word(" [000] .") & CPU_FRAME;
  private static final long COLON_AND_SPACE = ':' | ' ' << 8;
  private static final long TWO_ZEROS = '0' | '0' << 8;

  private long secondsWord;
  private int secondsWidth;
  private long nanoseconds;
  private final long[] pidWords = new long[1 << 6];
  private final int[] pids = new int[1 << 6];

  /**
   * Reads the head of the line that begins at {@link Line#from}, of whose bytes at least {@value #AHEAD} are there; false when a column is
   * at another place. Where the line ends need not be known.
   *
   * <pre>
   * 0               16      24  29     36 37
   *         workload-234     [000] .....    11.612632: event
   * </pre>
   */
  boolean read(Line line) {
    byte[] bytes = line.b;
    int from = line.from;
    long cpuColumns = ByteScan.word(bytes, from + 24);
    int dot = from + 42;
    while (bytes[dot] != '.' && dot < from + 50) {
      dot++;
    }
    long fraction = ByteScan.word(bytes, dot + 1);
    long micros = ByteScan.decimal(fraction << 16 | TWO_ZEROS);
    if ((cpuColumns & CPU_FRAME) != CPU_FRAMED || fraction >>> 48 != COLON_AND_SPACE || micros < 0 || bytes[from + 36] != ' ') {
      return false;
    }
    if (bytes[from] != ' ' || bytes[from + 1] == '=' || !ByteScan.isFiveMarks(ByteScan.word(bytes, from + 31))) {
      return false; // a comm has 15 bytes at most, # begins a comment, and " => " a frame of a stack
    }
    int pid = pid(bytes, from + COMM_COLUMNS);
    int cpu = cpu(cpuColumns);
    if (!readSeconds(bytes, from + 37, dot) || pid < 0 || cpu < 0) {
      return false;
    }
    line.pid = pid;
    line.cpu = cpu;
    line.context = EventHead.context(bytes[from + 33], bytes[from + 34]);
    line.time = nanoseconds + micros * 1_000;
    line.inSeconds = true;
    line.commFrom = from;
    line.commTo = from + COMM_COLUMNS;
    line.textFrom = dot + 9;
    return !ByteScan.newlineIn(ByteScan.word(bytes, from), ByteScan.word(bytes, from + 8), ByteScan.word(bytes, from + 29));
  }

  /** The CPU in {@code  [001] .}, or -1. */
  private static int cpu(long columns) {
    int digits = (int) (columns >>> 16 & 0xffffff) ^ 0x303030;
    if (((digits + 0x767676 | digits) & 0x808080) != 0) {
      return -1;
    }
    return (digits & 0xff) * 100 + (digits >>> 8 & 0xff) * 10 + (digits >>> 16);
  }

  /** Reads the seconds before a dot into {@link #nanoseconds}: nearly always the same as on the line before. */
  private boolean readSeconds(byte[] b, int from, int dot) {
    long word = ByteScan.word(b, dot - Long.BYTES);
    if (word == secondsWord && dot - from == secondsWidth) {
      return true;
    }
    int first = Ascii.afterSpaces(b, from, dot);
    if (first == dot || dot - from > Long.BYTES || Ascii.afterDigits(b, first, dot) != dot) {
      return false;
    }
    nanoseconds = Ascii.decimal(b, first, dot) * 1_000_000_000;
    secondsWord = word;
    secondsWidth = dot - from;
    return true;
  }

  /** The pid in {@code -234    }, which is nearly always one of those seen lately; or -1. */
  private int pid(byte[] b, int from) {
    long word = ByteScan.word(b, from);
    if ((word & 0xff) != '-') {
      return -1; // no unused slot holds such a word
    }
    int slot = (int) (word * 0x9e3779b97f4a7c15L >>> 58);
    if (pidWords[slot] != word) {
      int end = from + Long.BYTES;
      int after = Ascii.afterDigits(b, from + 1, end);
      if (after == from + 1 || Ascii.afterSpaces(b, after, end) != end) {
        return -1;
      }
      pidWords[slot] = word;
      pids[slot] = (int) Ascii.decimal(b, from + 1, after);
    }
    return pids[slot];
  }
}
