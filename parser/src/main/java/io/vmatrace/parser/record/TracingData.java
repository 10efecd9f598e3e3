package io.vmatrace.parser.record;

import io.vmatrace.parser.bytes.Numbers;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.FileBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The description of a file's records: the first part of a trace.dat of version 6, and the tracing data of a
 * perf.data, which is the same (tools/perf/util/trace-event-read.c trace_report(), trace-cmd's trace.dat.v6(5)).
 *
 * @param version as written: "6" in a trace.dat, "0.6" in a perf.data
 * @param longSize bytes of a long of the kernel that made it: 4 or 8
 * @param pageSize bytes of a page there
 * @param headerPage format of a ring buffer's page
 * @param headerEvent how an event's header is laid out, for a person
 * @param formats all events' formats; those of the ftrace system come first
 * @param unreadable what is wrong with formats that cannot be read, one line each
 * @param kallsyms where the symbols of the kernel are
 * @param printk where the formats of trace_printk() are
 * @param cmdlines names of tasks by pid; empty before version 0.6
 * @param end where it ends in the file
 */
public record TracingData(
    String version,
    Numbers numbers,
    int longSize,
    int pageSize,
    String headerPage,
    String headerEvent,
    List<EventFormat> formats,
    List<String> unreadable,
    Region kallsyms,
    Region printk,
    Map<Integer, String> cmdlines,
    long end) {
  private static final byte[] MAGIC = {0x17, 0x08, 0x44, 't', 'r', 'a', 'c', 'i', 'n', 'g'};

  /** The system of the ftrace events, whose formats come without a name. */
  private static final String FTRACE = "ftrace";

  /** Bytes of all formats together: a kernel's are about 2 MiB. */
  private static final int MOST_FORMAT_BYTES = 64 << 20;

  /** Bytes of one text: a format has about 1 KiB, the names of tasks some MiB. */
  private static final int MOST_TEXT_BYTES = 16 << 20;

  private static final int MOST_CMDLINES = 1 << 20;
  private static final int MOST_UNREADABLE = 100;

  /** Bytes of a file. */
  public record Region(long from, long size) {}

  /**
   * Reads it from [from, to) of a file.
   *
   * @throws CaptureException when it is not tracing data, or ends too early; the message says where
   */
  public static TracingData read(FileBytes file, long from, long to) throws CaptureException {
    FileText in = new FileText(file, from, to);
    in.expect(MAGIC, "tracing data");
    String version = in.string();
    Numbers numbers = in.u8() == 0 ? Numbers.LITTLE_ENDIAN : Numbers.BIG_ENDIAN;
    in.numbers(numbers);
    int longSize = in.u8();
    int pageSize = (int) in.u32();
    in.expect("header_page\0".getBytes(StandardCharsets.US_ASCII), "header_page");
    String headerPage = in.text(in.u64(), MOST_TEXT_BYTES);
    in.expect("header_event\0".getBytes(StandardCharsets.US_ASCII), "header_event");
    String headerEvent = in.text(in.u64(), MOST_TEXT_BYTES);
    List<EventFormat> formats = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    readFormats(in, FTRACE, formats, unreadable);
    for (long systems = in.u32(); systems > 0; systems--) {
      readFormats(in, in.string(), formats, unreadable);
    }
    Region kallsyms = in.skipped(in.u32());
    Region printk = in.skipped(in.u32());
    String cmdlines = hasCmdlines(version) ? in.text(in.u64(), MOST_TEXT_BYTES) : "";
    return new TracingData(
        version, numbers, longSize, pageSize, headerPage, headerEvent, formats, unreadable, kallsyms, printk, cmdlines(cmdlines), in.at());
  }

  private static void readFormats(FileText in, String system, List<EventFormat> formats, List<String> unreadable) throws CaptureException {
    for (long count = in.u32(); count > 0; count--) {
      String text = in.text(in.u64(), MOST_FORMAT_BYTES - in.textBytes());
      try {
        formats.add(EventFormat.parse(system, text));
      } catch (IllegalArgumentException e) {
        if (unreadable.size() < MOST_UNREADABLE) {
          unreadable.add(String.valueOf(e.getMessage()));
        }
      }
    }
  }

  /** {@code if (atof(version) >= 0.6)}: trace-event-read.c. */
  private static boolean hasCmdlines(String version) {
    try {
      return Double.parseDouble(version) >= 0.6;
    } catch (NumberFormatException _) {
      return false;
    }
  }

  /** Lines of a pid, a space and a name: saved_cmdlines of tracefs. */
  static Map<Integer, String> cmdlines(String text) {
    Map<Integer, String> names = new LinkedHashMap<>();
    for (String line : (Iterable<String>) text.lines()::iterator) {
      int space = line.indexOf(' ');
      if (space > 0 && space <= 10 && names.size() < MOST_CMDLINES && line.chars().limit(space).allMatch(c -> c >= '0' && c <= '9')) {
        long pid = Long.parseLong(line.substring(0, space));
        if (pid <= Integer.MAX_VALUE) {
          names.put((int) pid, line.substring(space + 1));
        }
      }
    }
    return names;
  }
}
