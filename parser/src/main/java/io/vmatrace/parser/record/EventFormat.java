package io.vmatrace.parser.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The format of one event, from the text that the kernel gives in {@code events/SYSTEM/EVENT/format}:
 *
 * <pre>
 * name: ma_write
 * ID: 1603
 * format:
 * 	field:unsigned short common_type;	offset:0;	size:2;	signed:0;
 *
 * 	field:void * val;	offset:56;	size:8;	signed:0;
 *
 * print fmt: "%s…", REC->fn
 * </pre>
 *
 * @param id what common_type holds
 * @param fields the event's own, without the common ones, in the order of the text
 */
public record EventFormat(String system, String name, int id, List<FormatField> common, List<FormatField> fields) {
  private static final int MOST_FIELDS = 1_000;

  /** No record is longer, so no field lies behind it (a sample of perf has a u16 for its size, a ring buffer's event a page). */
  private static final int MOST_BYTES = 1 << 20;

  /**
   * Reads a format.
   *
   * @throws IllegalArgumentException when the text is not one; the message says what is wrong
   */
  public static EventFormat parse(String system, String text) {
    String name = "";
    int id = -1;
    List<FormatField> common = new ArrayList<>();
    List<FormatField> fields = new ArrayList<>();
    for (String line : (Iterable<String>) text.lines()::iterator) {
      String trimmed = line.strip();
      if (trimmed.startsWith("name:")) {
        name = trimmed.substring(5).strip();
      } else if (trimmed.startsWith("ID:")) {
        id = number(trimmed.substring(3).strip());
      } else if (trimmed.startsWith("field")) {
        FormatField field = field(trimmed);
        (field.name().startsWith("common_") ? common : fields).add(field);
      } else if (trimmed.startsWith("print fmt:")) {
        break; // may go on over lines, and nothing comes behind it
      }
    }
    if (name.isEmpty() || id < 0 || id > 0xffff || fields.size() > MOST_FIELDS) {
      throw new IllegalArgumentException("no name or no ID in the format of an event of " + system);
    }
    return new EventFormat(system, name, id, List.copyOf(common), List.copyOf(fields));
  }

  /** The own or common field of a name. */
  public Optional<FormatField> field(String name, List<FormatField> among) {
    return among.stream().filter(field -> field.name().equals(name)).findFirst();
  }

  /** Whether it is a kprobe's, uprobe's or fprobe's (kernel/trace/trace_probe.h FIELD_STRING_IP and the others). */
  public boolean isProbe() {
    return fields.stream().anyMatch(field -> field.name().startsWith("__probe_"));
  }

  /** {@code field:__data_loc char[] name;	offset:24;	size:4;	signed:0;}, {@code field special:char buf[];…} of print. */
  private static FormatField field(String line) {
    String[] parts = line.split(";", -1);
    String declared = parts[0].substring(parts[0].indexOf(':') + 1).strip();
    int offset = -1;
    int size = -1;
    boolean signed = false;
    for (String part : parts) {
      String text = part.strip();
      if (text.startsWith("offset:")) {
        offset = number(text.substring(7));
      } else if (text.startsWith("size:")) {
        size = number(text.substring(5));
      } else if (text.startsWith("signed:")) {
        signed = number(text.substring(7)) != 0;
      }
    }
    if (offset < 0 || size < 0 || offset > MOST_BYTES || size > MOST_BYTES) {
      throw new IllegalArgumentException("a field without offset and size: " + line);
    }
    int bracket = declared.endsWith("]") ? declared.lastIndexOf('[') : declared.length();
    String before = declared.substring(0, bracket).strip();
    int space = Math.max(before.lastIndexOf(' '), before.lastIndexOf('*'));
    String name = before.substring(space + 1);
    String type = before.substring(0, Math.max(space + 1, 0)).strip();
    boolean array = bracket < declared.length();
    return new FormatField(name, type, offset, size, signed, shape(type, array, size));
  }

  private static FormatField.Shape shape(String type, boolean array, int size) {
    if (type.startsWith("__data_loc")) {
      return FormatField.Shape.DATA_LOC;
    }
    if (type.startsWith("__rel_loc")) {
      return FormatField.Shape.REL_LOC;
    }
    if (array) {
      return type.endsWith("char") ? FormatField.Shape.CHARS : FormatField.Shape.ARRAY;
    }
    boolean number = size == 1 || size == 2 || size == 4 || size == 8;
    return number ? FormatField.Shape.NUMBER : FormatField.Shape.ARRAY;
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a number in the format of an event: " + text, e);
    }
  }
}
