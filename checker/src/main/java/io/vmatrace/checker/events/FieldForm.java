package io.vmatrace.checker.events;

import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import java.util.Locale;

/** How the value of a field is written, so that no reader rounds it and a person knows it again. */
public enum FieldForm {
  /** A string: 0x and hexadecimal digits. The error number that mmap, mremap and brk may return instead is a decimal string. */
  ADDRESS,
  /** The same, for bits. */
  FLAGS,
  /** A number; a decimal string where it has more bits than a double holds. */
  NUMBER,
  BOOLEAN,
  /** A string of one character. */
  LETTER;

  private static final FieldForm[][] FORMS = forms();
  private static final String[] NAMES = names();

  /** How a field of a kind of event is written. */
  public static FieldForm of(EventKind kind, Field field) {
    return FORMS[kind.ordinal()][field.ordinal()];
  }

  /** The name of a field in the stream: lockSeq for LOCK_SEQ. */
  public static String name(Field field) {
    return NAMES[field.ordinal()];
  }

  private static FieldForm[][] forms() {
    FieldForm[][] forms = new FieldForm[EventKind.values().length][Field.values().length];
    for (EventKind kind : EventKind.values()) {
      for (Field field : Field.values()) {
        forms[kind.ordinal()][field.ordinal()] = form(kind, field);
      }
    }
    return forms;
  }

  private static FieldForm form(EventKind kind, Field field) {
    return switch (field) {
      case MM, VMA, START, END, ADDRESS, RWSEM, OTHER, REMOVE, LOCK -> ADDRESS;
      case FLAGS -> FLAGS;
      case WRITE, SUCCESS, DETACHED, FLAG -> BOOLEAN;
      case STATE -> LETTER;
      case RET ->
          switch (kind) {
            case SYS_EXIT_MMAP, SYS_EXIT_MREMAP, SYS_EXIT_BRK -> ADDRESS;
            case HANDLE_MM_FAULT_RET, VMF_ANON_PREPARE_RET -> FLAGS;
            default -> NUMBER;
          };
      case REFCNT, LOCK_SEQ, MM_SEQ, RWSEM_COUNT, LENGTH, NEW_LENGTH, PID, CPU, COUNT -> NUMBER;
    };
  }

  private static String[] names() {
    String[] names = new String[Field.values().length];
    for (Field field : Field.values()) {
      StringBuilder name = new StringBuilder();
      for (String word : field.name().toLowerCase(Locale.ROOT).split("_", -1)) {
        name.append(name.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
      }
      names[field.ordinal()] = name.toString();
    }
    return names;
  }
}
