package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.ContentionEvents;
import io.vmatrace.parser.event.specs.EventKinds;
import io.vmatrace.parser.event.specs.MapleTreeEvents;
import io.vmatrace.parser.event.specs.MemoryEvents;
import io.vmatrace.parser.event.specs.SchedEvents;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The same decoding once more, with regular expressions and Strings: slow, plain, and written apart from the fast one. */
public final class SlowDecoder {
  private static final Pattern LINE =
      Pattern.compile("^(.{16})-(\\d{1,18}) +(?:\\([ \\d-]*\\) *)?\\[(\\d{1,18})\\] +(?:([^ :]{4,6}) +)?(\\d{1,18})(?:\\.(\\d{1,9}))?: ?(.*)$");
  private static final Pattern PAIR = Pattern.compile("([A-Za-z0-9_]+)=\\(?(-?\\w+)\\)?(?=[ ),]|$)");
  private static final Pattern MAPLE = Pattern.compile("^[^)]*\\) range: ?(\\d+)-(\\d+)(?: piv \\(\\w+\\) val (\\w{16}))?");
  private static final Map<String, EventKind> EVENTS = new HashMap<>();

  /** Keys of the captures that the comparison runs on. */
  private static final Map<String, Field> KEYS = new TreeMap<>();

  static {
    for (EventKind kind : EventKinds.all()) {
      switch (kind.source()) {
        case TRACEPOINT -> EVENTS.put(kind.kernelName(), kind);
        case PROBE_ENTRY, EVENT_PROBE -> EVENTS.put("(" + kind.kernelName(), kind);
        case PROBE_RETURN -> EVENTS.put("(" + kind.kernelName() + "_ret", kind);
        case SYSCALL_ENTER, SYSCALL_EXIT, MARKER -> {}
      }
    }
    String keys =
        "mm=MM vma=VMA start=START end=END address=ADDRESS flags=FLAGS error_code=FLAGS ret=RET refcnt=REFCNT lock_seq=LOCK_SEQ mm_seq=MM_SEQ "
            + "detached=DETACHED rwsem=RWSEM rwsem_count=RWSEM_COUNT write=WRITE success=SUCCESS orig=OTHER oldmm=OTHER insert=OTHER "
            + "remove=REMOVE detaching=FLAG new_below=FLAG w=LOCK from=ADDRESS addr=ADDRESS";
    for (String pair : keys.split(" ", -1)) {
      KEYS.put(pair.substring(0, pair.indexOf('=')), Field.valueOf(pair.substring(pair.indexOf('=') + 1)));
    }
  }

  /** An event of a kind whose values are pairs, or of the maple tree. */
  public record Decoded(EventKind kind, int task, int cpu, long time, Map<Field, Long> values) {}

  private SlowDecoder() {}

  /** The event of a line; null for what this decoder does not do, or cannot read. */
  public static @Nullable Decoded decode(String line) {
    try {
      return decodeReadable(line);
    } catch (NumberFormatException _) {
      return null;
    }
  }

  private static @Nullable Decoded decodeReadable(String line) {
    Matcher m = LINE.matcher(line);
    if (!m.matches()) {
      return null;
    }
    String text = m.group(7);
    int colon = text.indexOf(": ");
    if (colon < 0) {
      return null;
    }
    String rest = text.substring(colon + 2).strip();
    EventKind kind = EVENTS.get((rest.startsWith("(") ? "(" : "") + text.substring(0, colon));
    if (kind == null) {
      return null;
    }
    Map<Field, Long> values = new EnumMap<>(Field.class);
    if (!fill(kind, rest, values)) {
      return null;
    }
    return new Decoded(kind, (int) Long.parseLong(m.group(2)), (int) Long.parseLong(m.group(3)), time(m.group(5), m.group(6)), values);
  }

  private static long time(String whole, @Nullable String fraction) {
    long value = Long.parseLong(whole);
    return fraction == null ? value : value * 1_000_000_000 + Long.parseLong((fraction + "000000000").substring(0, 9));
  }

  private static boolean fill(EventKind kind, String rest, Map<Field, Long> values) {
    if (kind == MapleTreeEvents.MA_WRITE || kind == MapleTreeEvents.MA_READ || kind == MapleTreeEvents.MA_OP) {
      return mapleTree(kind, rest, values);
    }
    if (kind == SchedEvents.SCHED_SWITCH || kind == SchedEvents.SCHED_PROCESS_FORK || kind == SchedEvents.SCHED_PROCESS_EXEC || kind == SchedEvents.SCHED_PROCESS_EXIT || kind == SchedEvents.TASK_NEWTASK) {
      return false;
    }
    if (kind == MemoryEvents.EXIT_MMAP_EVENT || kind == ContentionEvents.CONTENTION_BEGIN || kind == ContentionEvents.CONTENTION_END || kind == ContentionEvents.CONTENDED_RELEASE || kind == MemoryEvents.VM_UNMAPPED_AREA) {
      return false;
    }
    return pairs(kind, rest, values);
  }

  private static boolean mapleTree(EventKind kind, String rest, Map<Field, Long> values) {
    Matcher m = MAPLE.matcher(rest);
    if (!m.find()) {
      return false;
    }
    values.put(Field.START, Long.parseUnsignedLong(m.group(1)));
    values.put(Field.END, Long.parseUnsignedLong(m.group(2)) + 1);
    if (kind == MapleTreeEvents.MA_WRITE && m.group(3) != null) {
      values.put(Field.VMA, Long.parseUnsignedLong(m.group(3), 16));
    }
    return true;
  }

  private static boolean pairs(EventKind kind, String rest, Map<Field, Long> values) {
    Matcher m = PAIR.matcher(rest);
    while (m.find()) {
      Field field = KEYS.get(m.group(1));
      if (field != null && kind.slot(field) >= 0) {
        values.putIfAbsent(field, value(m.group(2)));
      }
    }
    return true;
  }

  private static long value(String text) {
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true") ? 1 : 0;
    }
    if (text.startsWith("0x")) {
      return Long.parseUnsignedLong(text.substring(2), 16);
    }
    return text.length() == 16 ? Long.parseUnsignedLong(text, 16) : Long.parseLong(text);
  }
}
