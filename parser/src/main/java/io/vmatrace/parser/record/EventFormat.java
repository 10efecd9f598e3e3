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
        id = FormatField.number(trimmed.substring(3).strip());
      } else if (trimmed.startsWith("field")) {
        FormatField field = FormatField.parse(trimmed);
        (field.name().startsWith("common_") ? common : fields).add(field);
      } else if (trimmed.startsWith("print fmt:")) {
        break; // may continue over lines, and nothing follows it
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
}
