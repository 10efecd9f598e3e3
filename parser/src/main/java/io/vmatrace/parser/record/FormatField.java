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
    ARRAY
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
}
