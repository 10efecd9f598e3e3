package io.vmatrace.checker.steps;

import io.vmatrace.checker.steps.StepTable.Line;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What stands behind the word of a line, as its {@link Action#form()} says. */
final class Operands {
  private static final Map<String, StateField> REGISTERS =
      Map.ofEntries(
          Map.entry("vma", StateField.R_VMA),
          Map.entry("other", StateField.R_OTHER),
          Map.entry("owner", StateField.R_OWNER),
          Map.entry("foreign", StateField.R_FOREIGN),
          Map.entry("a", StateField.R_A),
          Map.entry("b", StateField.R_B),
          Map.entry("wr", StateField.R_WR),
          Map.entry("v", StateField.R_V),
          Map.entry("got", StateField.R_GOT),
          Map.entry("first", StateField.R_FIRST),
          Map.entry("last", StateField.R_LAST),
          Map.entry("to", StateField.R_TO),
          Map.entry("at", StateField.R_AT),
          Map.entry("list", StateField.R_LIST),
          Map.entry("todo", StateField.R_TODO));

  private static final Map<String, StateField> FIELDS =
      Map.ofEntries(
          Map.entry("seq", StateField.SEQ),
          Map.entry("unstable", StateField.UNSTABLE),
          Map.entry("stopped", StateField.STOPPED),
          Map.entry("inside", StateField.INSIDE),
          Map.entry("lock_seq", StateField.LOCK_SEQ),
          Map.entry("mm", StateField.VM_MM),
          Map.entry("refcnt", StateField.REFCNT),
          Map.entry("detached", StateField.DETACHED),
          Map.entry("start", StateField.START),
          Map.entry("last", StateField.LAST),
          Map.entry("writable", StateField.WRITABLE),
          Map.entry("dontcopy", StateField.DONTCOPY),
          Map.entry("uffd", StateField.UFFD),
          Map.entry("anon", StateField.ANON),
          Map.entry("policy", StateField.POLICY));

  private final Line line;
  private @Nullable StateField to;
  private @Nullable StateField object;
  private int fixed = -1;
  private @Nullable StateField field;
  private StateField page = StateField.R_FIRST;
  private @Nullable StateField operand;
  private int value;
  private String comparison = "";

  private Operands(Line line) {
    this.line = line;
  }

  /**
   * A line as an instruction, that does not yet know where it goes on.
   *
   * @param words what stands behind the line's word, in the names of the task
   * @throws IllegalArgumentException where a word is none that may stand there
   */
  static Instruction read(Action action, Line line, String program, List<String> words) {
    Operands operands = new Operands(line);
    List<String> form = action.form();
    if (words.size() < form.size()) {
      throw operands.mistake("something is missing behind " + action);
    }
    for (int i = 0; i < form.size(); i++) {
      operands.read(form.get(i), words.get(i));
    }
    String text = action == Action.NOTE || action == Action.EVENT ? words.get(0) : line.text();
    return new Instruction(
        action, text, program, operands.to, operands.object, operands.fixed, operands.field, operands.page, operands.operand, operands.value, operands.comparison, -1);
  }

  /** Sets a register, before a program begins or after it. */
  static Instruction set(Action action, String program, StateField register, int value) {
    return new Instruction(action, action + " " + register, program, register, null, -1, null, StateField.R_FIRST, null, value, "", -1);
  }

  private void read(String form, String word) {
    switch (form) {
      case "to" -> to = register(word);
      case "object" -> object(word);
      case "place" -> place(word);
      case "page" -> page = register(word);
      case "value" -> value(word);
      case "compare" -> comparison = word;
      default -> { // -: the line says it for a person
      }
    }
  }

  private void place(String word) {
    int dot = word.indexOf('.');
    if (dot < 0) {
      throw mistake(word + " is no field of an object");
    }
    object(word.substring(0, dot));
    field = FIELDS.get(word.substring(dot + 1));
    if (field == null) {
      throw mistake(word.substring(dot + 1) + " is no field");
    }
  }

  private void object(String word) {
    if (isMm(word)) {
      fixed = number(word);
    } else {
      object = register(word);
    }
  }

  private void value(String word) {
    if (isMm(word)) {
      value = number(word) + 1;
    } else if (Word.value(word) >= 0) {
      value = Word.value(word);
    } else {
      operand = register(word);
    }
  }

  private static boolean isMm(String name) {
    return name.length() == 3 && name.startsWith("mm") && Character.isDigit(name.charAt(2));
  }

  private static int number(String mm) {
    return mm.charAt(2) - '0';
  }

  private StateField register(String name) {
    StateField register = REGISTERS.get(name);
    if (register == null) {
      throw mistake(name + " is no register");
    }
    return register;
  }

  private IllegalArgumentException mistake(String what) {
    return new IllegalArgumentException("line %d of the step table: %s".formatted(line.number(), what));
  }
}
