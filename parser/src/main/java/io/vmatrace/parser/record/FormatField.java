package io.vmatrace.parser.record;

/**
 * A field of an event's format ({@code events/SYSTEM/EVENT/format}).
 *
 * @param name without brackets
 * @param type the C type as declared, without the name
 * @param offset from the record's common_type, in bytes
 * @param size in bytes; 0 for an array that takes the rest of the record
 * @param signed whether a number is sign-extended
 */
public record FormatField(String name, String type, int offset, int size, boolean signed, Shape shape) {
  /** No record is longer than a ring-buffer page. */
  private static final int MOST_BYTES = 8 << 20;

  /** How the value lies in the record. */
  public enum Shape {
    /** 1, 2, 4 or 8 bytes. */
    NUMBER,
    /** Characters in place, up to a NUL. */
    CHARS,
    /** A u32 that says where the value is: length in its upper half, offset from the record's begin in its lower. */
    DATA_LOC,
    /** The same with the offset counted from the end of this field. */
    REL_LOC,
    /** Numbers or bytes in a row. */
    ARRAY,
    /** Eight bytes that stand for an address, elsewhere in the file for another one: they tell nothing apart. */
    STAND_IN
  }

  /** Whether a text and not numbers is at the end of a {@link Shape#DATA_LOC} or {@link Shape#REL_LOC}. */
  boolean isText() {
    return type.contains("char");
  }

  /** Whether a person wants to read it as an address. */
  boolean isPointer() {
    return type.endsWith("*") || type.equals("unsigned long") || type.equals("u64") && size == Long.BYTES;
  }

  /** Whether it is a yes or no. */
  boolean isTruth() {
    return type.equals("bool");
  }

  /**
   * Reads a line of a format: {@code field:__data_loc char[] name;	offset:24;	size:4;	signed:0;}, {@code field special:char buf[];…} of
   * print.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static FormatField parse(String line) {
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
    int open = declared.endsWith("]") ? declared.lastIndexOf('[') : -1;
    int bracket = open < 0 ? declared.length() : open;
    String before = declared.substring(0, bracket).strip();
    int space = Math.max(before.lastIndexOf(' '), before.lastIndexOf('*'));
    String name = before.substring(space + 1);
    String type = before.substring(0, Math.max(space + 1, 0)).strip();
    boolean array = bracket < declared.length();
    return new FormatField(name, type, offset, size, signed, shape(type, array, size));
  }

  private static Shape shape(String type, boolean array, int size) {
    if (type.startsWith("__data_loc")) {
      return Shape.DATA_LOC;
    }
    if (type.startsWith("__rel_loc")) {
      return Shape.REL_LOC;
    }
    if (array) {
      return type.endsWith("char") ? Shape.CHARS : Shape.ARRAY;
    }
    boolean number = size == 1 || size == 2 || size == 4 || size == 8;
    return number ? Shape.NUMBER : Shape.ARRAY;
  }

  static int number(String text) {
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a number in the format of an event: " + text, e);
    }
  }
}
