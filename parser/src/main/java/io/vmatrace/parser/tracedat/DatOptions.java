package io.vmatrace.parser.tracedat;

import io.vmatrace.parser.bytes.Numbers;
import io.vmatrace.parser.input.CaptureException;
import java.nio.charset.StandardCharsets;

/** What the options of a trace.dat say; those that are not known are skipped (include/private/trace-cmd-private.h, trace-cmd 3.4). */
final class DatOptions {
  static final int DONE = 0;
  static final int BUFFER = 3;
  static final int STRINGS = 15;
  static final int HEADER_INFO = 16;
  static final int TRACER_FORMATS = 17;
  static final int EVENT_FORMATS = 18;
  static final int KALLSYMS = 19;
  static final int PRINTK = 20;
  static final int CMDLINES = 21;
  static final int BUFFER_TEXT = 22;

  private static final int DATE = 1;
  static final int CPUSTAT = 2;
  static final int TRACECLOCK = 4;
  static final int UNAME = 5;
  private static final int OFFSET = 7;
  static final int CPUCOUNT = 8;
  static final int VERSION = 9;
  private static final int TIME_SHIFT = 12;
  private static final int GUEST = 13;
  private static final int TSC2NSEC = 14;

  /** What vmatrace record says of its recording: an id that trace-cmd does not know, and passes over by the size. */
  static final int FACTS = 0x766d;

  private static final int MICROSECOND = 1_000;
  private static final int TSC2NSEC_BYTES = 16;

  private final Recording recording;

  DatOptions(Recording recording) {
    this.recording = recording;
  }

  /**
   * Takes an option that says something of the whole recording.
   *
   * @param in where it was read, for messages
   */
  void add(int id, byte[] b, DatReader in) throws CaptureException {
    Numbers numbers = recording.numbers;
    switch (id) {
      case DATE -> recording.clock.addOffset(number(text(b)) * MICROSECOND);
      case OFFSET -> recording.clock.addOffset(number(text(b)));
      case CPUSTAT -> recording.stat.add(text(b));
      case TRACECLOCK -> recording.clocks(text(b));
      case UNAME -> uname(recording, text(b));
      case VERSION -> version(text(b).strip());
      case FACTS -> facts(recording, text(b));
      case GUEST -> recording.detail("guest", text(b));
      case CPUCOUNT -> {
        if (b.length == Integer.BYTES) {
          recording.cpus = cpus(numbers.u32(b, 0), in);
        }
      }
      case TSC2NSEC -> {
        if (b.length >= TSC2NSEC_BYTES) {
          recording.clock.ticks(numbers.u32(b, 0), numbers.s32(b, Integer.BYTES));
        }
      }
      case TIME_SHIFT -> timeShift(numbers, b, in);
      default -> {}
    }
  }

  private void timeShift(Numbers numbers, byte[] b, DatReader in) throws CaptureException {
    try {
      recording.clock.guest(TimeShift.parse(numbers, b));
      recording.detail("times", "those of the host of this guest");
    } catch (IllegalArgumentException e) {
      throw in.corrupt(String.valueOf(e.getMessage()));
    }
  }

  /** Lines of a name, a colon and a value. */
  static void facts(Recording recording, String text) {
    text.lines()
        .forEach(
            line -> {
              int colon = line.indexOf(": ");
              if (colon > 0) {
                recording.detail(line.substring(0, colon), line.substring(colon + 2));
              }
            });
  }

  /** Of what wrote the file: trace-cmd's has no name before it. */
  private void version(String text) {
    boolean ours = text.startsWith("vmatrace ");
    recording.detail(ours ? "recorder" : "trace-cmd", text);
  }

  /** Up to a NUL. */
  private static String text(byte[] b) {
    String text = new String(b, StandardCharsets.UTF_8);
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }

  /** {@code Linux (none) 6.18.15+deb13-cloud-amd64 x86_64}: system, host, release, machine. */
  static void uname(Recording recording, String text) {
    String[] words = text.strip().split(" ", -1);
    if (words.length >= 3) {
      recording.release = words[2];
      recording.machine = words.length > 3 ? words[words.length - 1] : null;
    }
  }

  /** How many CPUs a file says there are, if there can be as many. */
  static int cpus(long count, DatReader in) throws CaptureException {
    if (count > CpuArea.MOST_CPUS) {
      throw in.corrupt("%d CPUs".formatted(count));
    }
    return (int) count;
  }

  /** As strtoll(…, 0) reads it: 0x for hexadecimal, a sign before it; 0 when it is no number. */
  private static long number(String text) {
    try {
      return Long.decode(text.strip());
    } catch (NumberFormatException _) {
      return 0;
    }
  }
}
