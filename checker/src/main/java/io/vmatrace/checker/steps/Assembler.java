package io.vmatrace.checker.steps;

import io.vmatrace.checker.steps.StepTable.Line;
import io.vmatrace.checker.steps.StepTable.Program;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts a task's operations together: calls are set in place, lines that the variant does not have are left out, and places become numbers. */
public final class Assembler {
  private static final Map<String, StateField> REGISTERS =
      Map.ofEntries(
          Map.entry("vma", StateField.R_VMA),
          Map.entry("other", StateField.R_OTHER),
          Map.entry("owner", StateField.R_OWNER),
          Map.entry("foreign", StateField.R_FOREIGN),
          Map.entry("a", StateField.R_A),
          Map.entry("b", StateField.R_B),
          Map.entry("v", StateField.R_V),
          Map.entry("got", StateField.R_GOT),
          Map.entry("first", StateField.R_FIRST),
          Map.entry("last", StateField.R_LAST),
          Map.entry("list", StateField.R_LIST),
          Map.entry("todo", StateField.R_TODO));

  private static final Map<String, StateField> FIELDS =
      Map.of("seq", StateField.SEQ, "lock_seq", StateField.LOCK_SEQ, "mm", StateField.VM_MM, "refcnt", StateField.REFCNT, "detached", StateField.DETACHED);

  /** Where an instruction comes from. */
  private record Source(Line line, String program) {}

  /** A place that is not known yet. */
  private record Jump(int at, String label, int line) {}

  private final StepTable table;
  private final Set<String> features;
  private final List<Instruction> code = new ArrayList<>();
  private final List<Jump> jumps = new ArrayList<>();
  private final Map<String, Integer> labels = new HashMap<>();
  private int inlined;

  /** @param features what the variant has, mutants among it */
  public Assembler(StepTable table, Set<String> features) {
    this.table = table;
    this.features = Set.copyOf(features);
  }

  /**
   * Adds an operation.
   *
   * @param mm which mm it is of, from 0
   * @param first its first page
   * @param last its last page
   * @throws IllegalArgumentException where the table has no such program, or a line of it cannot be understood
   */
  public Assembler then(String program, int mm, int first, int last) {
    set(StateField.R_FIRST, first, "first");
    set(StateField.R_LAST, last, "last");
    Map<String, String> names = new HashMap<>();
    names.put("mm", "mm" + mm);
    inline(program, names, 0);
    REGISTERS.values().stream().sorted().forEach(register -> clear(register, program));
    return this;
  }

  /** All that was added. */
  public List<Instruction> assemble() {
    for (Jump jump : jumps) {
      Integer target = labels.get(jump.label);
      if (target == null) {
        throw new IllegalArgumentException("line %d of the step table: no such place".formatted(jump.line));
      }
      Instruction i = code.get(jump.at);
      code.set(jump.at, new Instruction(i.action(), i.text(), i.program(), i.to(), i.object(), i.fixed(), i.field(), i.operand(), i.value(), i.comparison(), target));
    }
    jumps.clear();
    return List.copyOf(code);
  }

  private void inline(String name, Map<String, String> names, int line) {
    Program program = table.program(name);
    if (program == null) {
      throw new IllegalArgumentException("the step table%s has no program %s".formatted(line == 0 ? "" : ", line " + line + ",", name));
    }
    String scope = name + '#' + inlined++ + ':';
    for (Line of : program.lines()) {
      if (of.isIn(features)) {
        line(of, program, scope, names);
      }
    }
    program.uses().forEach(register -> clear(register(renamed(register, names), of(program)), name));
  }

  private static Line of(Program program) {
    return program.lines().getFirst();
  }

  private static String renamed(String word, Map<String, String> names) {
    int dot = word.indexOf('.');
    return dot < 0 ? names.getOrDefault(word, word) : names.getOrDefault(word.substring(0, dot), word.substring(0, dot)) + word.substring(dot);
  }

  private void line(Line line, Program program, String scope, Map<String, String> names) {
    List<String> words = line.words();
    String first = words.getFirst();
    if (words.size() == 1 && first.endsWith(":")) {
      labels.put(scope + first.substring(0, first.length() - 1), code.size());
    } else if (first.equals("call")) {
      call(line, words, names);
    } else {
      Action action = Action.of(first);
      if (action == null) {
        throw new IllegalArgumentException("line %d of the step table: %s is no step".formatted(line.number(), first));
      }
      int go = words.indexOf("goto");
      if (go >= 0) {
        jumps.add(new Jump(code.size(), scope + words.get(go + 1), line.number()));
      }
      List<String> operands = words.subList(Math.min(1, words.size()), go < 0 ? words.size() : Math.max(1, go)).stream().map(word -> renamed(word, names)).toList();
      code.add(instruction(action, new Source(line, program.name()), operands));
    }
  }

  private void call(Line line, List<String> words, Map<String, String> names) {
    Program called = table.program(words.get(1));
    Map<String, String> inner = new HashMap<>();
    for (int i = 0; called != null && i < called.parameters().size(); i++) {
      inner.put(called.parameters().get(i), renamed(words.get(i + 2), names));
    }
    inline(words.get(1), inner, line.number());
  }

  private static Instruction instruction(Action action, Source source, List<String> operands) {
    Line line = source.line;
    return switch (action) {
      case LOAD, STABLE -> of(action, source, register(operands.get(0), line), operands.get(1), null);
      case STORE, ADD -> of(action, source, null, operands.get(0), operands.get(1));
      case SET -> of(action, source, register(operands.get(0), line), null, operands.get(1));
      case IF -> comparison(source, operands);
      case INC_NOT_ZERO, DEC, ADD_FLAG, SUB_FLAG, VMA_DOWN_READ_TRYLOCK, WALK, FIND, LOAD_NEXT, ALLOC, PUT_USER -> of(action, source, register(operands.get(0), line), operands.get(1), null);
      case FILL -> of(action, source, null, operands.get(0), operands.get(3));
      case SET_PTE, NOTE_UNLESS_MAPPED -> of(action, source, null, operands.get(0), operands.get(2));
      case ERASE_VMA -> of(action, source, null, operands.get(0), operands.get(1));
      case PICK -> of(action, source, register(operands.get(0), line), null, null);
      case ADVANCE -> of(action, source, null, operands.get(1), null);
      case NOTE -> new Instruction(action, operands.get(0), source.program, null, null, -1, null, null, 0, "", -1);
      default -> of(action, source, null, operands.isEmpty() ? null : operands.get(0), null);
    };
  }

  private static Instruction comparison(Source source, List<String> operands) {
    Instruction i = of(Action.IF, source, register(operands.get(0), source.line), null, operands.get(2));
    return new Instruction(i.action(), i.text(), i.program(), i.to(), null, -1, null, i.operand(), i.value(), operands.get(1), -1);
  }

  /** @param object a register or an mm, with or without a field behind a dot */
  private static Instruction of(Action action, Source source, @Nullable StateField to, @Nullable String object, @Nullable String operand) {
    Line line = source.line;
    String whole = object == null ? "" : object;
    int dot = whole.indexOf('.');
    String name = dot < 0 ? whole : whole.substring(0, dot);
    boolean isMm = isMm(name);
    return new Instruction(
        action,
        line.text(),
        source.program,
        to,
        name.isEmpty() || isMm ? null : register(name, line),
        isMm ? number(name) : -1,
        dot < 0 ? null : field(whole.substring(dot + 1), line),
        operand == null || isValue(operand) ? null : register(operand, line),
        operand == null ? 0 : isMm(operand) ? number(operand) + 1 : Math.max(0, Word.value(operand)),
        "",
        -1);
  }

  private static boolean isValue(String operand) {
    return isMm(operand) || Word.value(operand) >= 0;
  }

  private static boolean isMm(String name) {
    return name.length() == 3 && name.startsWith("mm") && Character.isDigit(name.charAt(2));
  }

  private static int number(String mm) {
    return mm.charAt(2) - '0';
  }

  private static StateField register(String name, Line line) {
    StateField register = REGISTERS.get(name);
    if (register == null) {
      throw new IllegalArgumentException("line %d of the step table: %s is no register".formatted(line.number(), name));
    }
    return register;
  }

  private static StateField field(String name, Line line) {
    StateField field = FIELDS.get(name);
    if (field == null) {
      throw new IllegalArgumentException("line %d of the step table: %s is no field".formatted(line.number(), name));
    }
    return field;
  }

  private void set(StateField register, int value, String name) {
    code.add(new Instruction(Action.SET, "set %s %d".formatted(name, value), "", register, null, -1, null, null, value, "", -1));
  }

  private void clear(StateField register, String program) {
    code.add(new Instruction(Action.CLEAR, "clear", program, register, null, -1, null, null, 0, "", -1));
  }
}
