package io.vmatrace.parser.event;

/** How a value is written, so that no reader rounds it and a person knows it again. */
public enum ValueForm {
  /** A string: 0x and hexadecimal digits. The error number that mmap, mremap and brk may return instead is a decimal string. */
  ADDRESS,
  /** The same, for bits. */
  FLAGS,
  /** A number; a decimal string where it has more bits than a double holds. */
  NUMBER,
  BOOLEAN,
  /** A string of one character. */
  LETTER
}
