package io.vmatrace.parser.perf;

import io.vmatrace.parser.bytes.Numbers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a perf.data says of the machine and the recording, from its feature sections (tools/perf/util/header.h, header.c process_…). */
final class PerfFeatures {
  static final int TRACING_DATA = 1;
  static final int HOSTNAME = 3;
  private static final int OSRELEASE = 4;
  private static final int VERSION = 5;
  private static final int ARCH = 6;
  private static final int NRCPUS = 7;
  private static final int CMDLINE = 11;
  private static final int EVENT_DESC = 12;
  private static final int CLOCKID = 23;
  private static final int COMPRESSED = 27;
  private static final int CLOCK_DATA = 29;

  /** Bytes of a section that is read. */
  static final int LARGEST = 8 << 20;

  private static final int MOST_ARGUMENTS = 1_000;

  private final Numbers numbers;
  private final PerfAttrs attrs;
  private final Map<String, String> details = new LinkedHashMap<>();
  private @Nullable String release;
  private int cpus;

  PerfFeatures(Numbers numbers, PerfAttrs attrs) {
    this.numbers = numbers;
    this.attrs = attrs;
  }

  /** uname -r, or null. */
  @Nullable String release() {
    return release;
  }

  /** CPUs that were online, or 0. */
  int cpus() {
    return cpus;
  }

  Map<String, String> details() {
    return details;
  }

  /** Whether a feature is worth reading. */
  static boolean isRead(int feature) {
    return switch (feature) {
      case HOSTNAME, OSRELEASE, VERSION, ARCH, NRCPUS, CMDLINE, EVENT_DESC, CLOCKID, COMPRESSED, CLOCK_DATA -> true;
      default -> false;
    };
  }

  /** Reads the section of a feature, at [from, to); malformed parts are left out. */
  void read(int feature, byte[] b, int from, int to) {
    Cursor in = new Cursor(b, from, to);
    switch (feature) {
      case HOSTNAME -> detail("host", in.string());
      case OSRELEASE -> release = in.string();
      case VERSION -> detail("perf", in.string());
      case ARCH -> detail("architecture", in.string());
      case NRCPUS -> {
        in.u32(); // available
        cpus = Math.clamp(in.u32(), 0, 1 << 20);
      }
      case CMDLINE -> detail("command", commandLine(in));
      case EVENT_DESC -> names(in);
      case CLOCKID -> detail("clock resolution", "%d ns".formatted(in.u64()));
      case CLOCK_DATA -> clock(in);
      case COMPRESSED -> compressed(in);
      default -> {}
    }
  }

  private void detail(String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      details.put(name, value);
    }
  }

  private static String commandLine(Cursor in) {
    List<String> arguments = new ArrayList<>();
    for (long n = Math.min(in.u32(), MOST_ARGUMENTS); n > 0; n--) {
      String argument = in.string();
      if (argument == null) {
        break;
      }
      arguments.add(argument);
    }
    return String.join(" ", arguments);
  }

  /** The events' names: {u32 n, u32 attr size, n × {attr, u32 ids, name, ids}} (header.c read_event_desc()). */
  private void names(Cursor in) {
    long events = in.u32();
    long attrSize = in.u32();
    for (int i = 0; i < events && in.has(attrSize); i++) {
      in.skip(attrSize);
      long ids = in.u32();
      String name = in.string();
      if (name == null || !in.has(ids * Long.BYTES)) {
        return;
      }
      if (ids == 0) {
        attrs.nameOf(i, name);
      }
      for (; ids > 0; ids--) {
        attrs.name(in.u64(), name);
      }
    }
  }

  /** {u32 version, u32 clockid, u64 wall clock, u64 that clock} at one moment. */
  private void clock(Cursor in) {
    in.u32();
    long id = in.u32();
    detail("clock at wall clock", "clockid %d was %d ns at %d ns since 1970".formatted(id, in.u64At(8), in.u64()));
  }

  private void compressed(Cursor in) {
    in.u32(); // version
    long type = in.u32();
    long level = in.u32();
    long ratio = in.u32();
    detail("records", "%s level %d, ratio %d".formatted(type == 1 ? "zstd" : "compression " + type, level, ratio));
  }

  /** Notes the name that a PERF_RECORD_EVENT_UPDATE gives. */
  void name(long id, byte[] b, int from, int to) {
    attrs.name(id, chars(b, from, to));
  }

  static String chars(byte[] b, int from, int to) {
    int end = from;
    while (end < to && b[end] != 0) {
      end++;
    }
    return new String(b, from, end - from, StandardCharsets.UTF_8);
  }

  /** Numbers and strings one after the other; zero and null after the end. */
  private final class Cursor {
    private final byte[] b;
    private int at;
    private final int to;

    Cursor(byte[] b, int from, int to) {
      this.b = b;
      this.at = from;
      this.to = to;
    }

    boolean has(long bytes) {
      return bytes >= 0 && bytes <= to - at;
    }

    void skip(long bytes) {
      at += (int) bytes;
    }

    long u32() {
      if (!has(Integer.BYTES)) {
        at = to;
        return 0;
      }
      at += Integer.BYTES;
      return numbers.u32(b, at - Integer.BYTES);
    }

    long u64() {
      if (!has(Long.BYTES)) {
        at = to;
        return 0;
      }
      at += Long.BYTES;
      return numbers.u64(b, at - Long.BYTES);
    }

    /** The number that lies some bytes ahead. */
    long u64At(int ahead) {
      return has(ahead + (long) Long.BYTES) ? numbers.u64(b, at + ahead) : 0;
    }

    /** {u32 length, bytes with NULs at their end}: header.c do_write_string(); null, and nothing after it, where no such string is. */
    @Nullable String string() {
      long length = has(Integer.BYTES) ? u32() : Long.MAX_VALUE;
      if (!has(length)) {
        at = to;
        return null;
      }
      String text = chars(b, at, at + (int) length);
      at += (int) length;
      return text;
    }
  }
}
