package io.vmatrace.parser.record;

import io.vmatrace.parser.bytes.Numbers;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** All fields of one record. */
final class RecordFields {
  private static final int MOST_ARRAY_BYTES = 4 << 10;

  private RecordFields() {}

  static Map<String, Object> of(Numbers numbers, @Nullable EventFormat format, byte[] b, int from, int to) {
    Map<String, Object> fields = new LinkedHashMap<>();
    if (format == null) {
      fields.put("bytes", hex(b, from, to));
      return fields;
    }
    for (FormatField field : format.fields()) {
      fields.put(field.name(), value(numbers, field, b, from, to));
    }
    return fields;
  }

  static String text(Numbers numbers, @Nullable EventFormat format, byte[] b, int from, int to) {
    StringBuilder text = new StringBuilder();
    if (format == null) {
      return text.append("bytes=").append(hex(b, from, to)).toString();
    }
    for (FormatField field : format.fields()) {
      text.append(text.isEmpty() ? "" : " ").append(field.name()).append('=');
      text.append(shown(field, value(numbers, field, b, from, to)));
    }
    return text.toString();
  }

  private static String shown(FormatField field, Object value) {
    if (!(value instanceof Long number)) {
      return value.toString();
    }
    if (field.isTruth()) {
      return number == 0 ? "false" : "true";
    }
    return field.isPointer() ? "0x" + Long.toHexString(number) : Long.toString(number);
  }

  private static Object value(Numbers numbers, FormatField field, byte[] b, int from, int to) {
    int at = from + field.offset();
    int end = field.size() == 0 ? to : at + field.size();
    if (end > to || at > to) {
      return ""; // the record ends before
    }
    return switch (field.shape()) {
      case NUMBER, STAND_IN -> numbers.read(b, at, field.size(), field.signed());
      case CHARS -> RecordDecoder.chars(b, at, end);
      case DATA_LOC, REL_LOC -> {
        int base = field.shape() == FormatField.Shape.DATA_LOC ? from : end;
        yield field.size() == Integer.BYTES ? elsewhere(field, b, base, numbers.s32(b, at), to) : "";
      }
      case ARRAY -> field.type().equals("unsigned long") && field.size() == 0 ? registers(numbers, b, at, end) : hex(b, at, end);
    };
  }

  /** The arguments of a function: as many registers as the record has. */
  private static String registers(Numbers numbers, byte[] b, int from, int to) {
    StringJoiner joined = new StringJoiner(",");
    for (int i = from; i + Long.BYTES <= to && i < from + MOST_ARRAY_BYTES; i += Long.BYTES) {
      joined.add("0x" + Long.toHexString(numbers.u64(b, i)));
    }
    return joined.toString();
  }

  /**
   * A value that is not in its field's place.
   *
   * @param location what the field has instead: length and offset
   * @param base from where the offset is counted
   */
  private static String elsewhere(FormatField field, byte[] b, int base, int location, int to) {
    int begin = base + (location & 0xffff);
    int end = begin + (location >>> 16);
    if (begin > to || end > to) {
      return "";
    }
    return field.isText() ? RecordDecoder.chars(b, begin, end) : hex(b, begin, end);
  }

  private static String hex(byte[] b, int from, int to) {
    return HexFormat.of().formatHex(b, from, Math.min(to, from + MOST_ARRAY_BYTES));
  }
}
