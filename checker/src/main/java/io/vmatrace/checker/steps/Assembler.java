package io.vmatrace.checker.steps;

import io.vmatrace.checker.steps.StepTable.Line;
import io.vmatrace.checker.steps.StepTable.Program;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts a task's operations together: calls are set in place, lines that the variant does not have are left out, and places become numbers. */
public final class Assembler {
  /**
   * An operation.
   *
   * @param program the step table's
   * @param mm which mm it is of, from 0
   * @param first its first page
   * @param last its last page
   * @param to the page that it moves something to or from, or -1
   * @param child another mm, or -1
   */
  public record Operation(String program, int mm, int first, int last, int to, int child) {}

  /** A place that is not known yet. */
  private record Jump(int at, String label, int line) {}

  private final StepTable table;
  private final Set<String> features;
  private final List<Instruction> code = new ArrayList<>();
  private final List<Jump> jumps = new ArrayList<>();
  private final Map<String, Integer> labels = new HashMap<>();
  private final Deque<String> open = new ArrayDeque<>();
  private int inlined;

  /** @param features what the variant has, mutants among it */
  public Assembler(StepTable table, Set<String> features) {
    this.table = table;
    this.features = Set.copyOf(features);
  }

  /**
   * Adds an operation.
   *
   * @throws IllegalArgumentException where the table has no such program, or a line of it cannot be understood
   */
  public Assembler then(Operation operation) {
    code.add(Operands.set(Action.SET, operation.program, StateField.R_FIRST, operation.first));
    code.add(Operands.set(Action.SET, operation.program, StateField.R_LAST, operation.last));
    if (operation.to >= 0) {
      code.add(Operands.set(Action.SET, operation.program, StateField.R_TO, operation.to));
    }
    Map<String, String> names = new HashMap<>();
    names.put("mm", "mm" + operation.mm);
    if (operation.child >= 0) {
      names.put("child", "mm" + operation.child);
    }
    inline(operation.program, names, 0);
    return this;
  }

  /** All that was added. */
  public List<Instruction> assemble() {
    for (Jump jump : jumps) {
      Integer target = labels.get(jump.label);
      if (target == null) {
        throw new IllegalArgumentException("line %d of the step table: no such place".formatted(jump.line));
      }
      code.set(jump.at, code.get(jump.at).goingTo(target));
    }
    jumps.clear();
    return List.copyOf(code);
  }

  /** A program without the lines to which nothing leads. */
  public static List<Instruction> reached(List<Instruction> code) {
    BitSet reached = new BitSet(code.size() + 1);
    Deque<Integer> open = new ArrayDeque<>(List.of(0));
    while (!open.isEmpty()) {
      int at = open.pop();
      if (at < code.size() && !reached.get(at)) {
        reached.set(at);
        Instruction i = code.get(at);
        if (i.target() >= 0) {
          open.push(i.target());
        }
        if (i.action() != Action.GOTO) {
          open.push(at + 1);
        }
      }
    }
    int[] places = new int[code.size() + 1];
    List<Instruction> kept = new ArrayList<>();
    for (int at = 0; at < code.size(); at++) {
      places[at] = kept.size();
      if (reached.get(at)) {
        kept.add(code.get(at));
      }
    }
    places[code.size()] = kept.size();
    return kept.stream().map(i -> i.target() < 0 ? i : i.goingTo(places[i.target()])).toList();
  }

  private void inline(String name, Map<String, String> names, int line) {
    Program program = table.program(name);
    if (program == null) {
      throw new IllegalArgumentException("the step table%s has no program %s".formatted(line == 0 ? "" : ", line " + line + ",", name));
    }
    if (open.contains(name)) {
      throw new IllegalArgumentException("the step table, line %d: %s calls itself".formatted(line, name));
    }
    open.push(name);
    String scope = name + '#' + inlined++ + ':';
    for (Line of : program.lines()) {
      if (of.isIn(features)) {
        line(of, program, scope, names);
      }
    }
    open.pop();
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
      List<String> operands = words.subList(1, go < 0 ? words.size() : Math.max(1, go)).stream().map(word -> renamed(word, names)).toList();
      code.add(Operands.read(action, line, program.name(), operands));
    }
  }

  private void call(Line line, List<String> words, Map<String, String> names) {
    Program called = table.program(words.get(1));
    Map<String, String> inner = new HashMap<>();
    for (int i = 0; called != null && i < called.parameters().size(); i++) {
      if (i + 2 >= words.size()) {
        throw new IllegalArgumentException("line %d of the step table: %s takes %d".formatted(line.number(), words.get(1), called.parameters().size()));
      }
      inner.put(called.parameters().get(i), renamed(words.get(i + 2), names));
    }
    inline(words.get(1), inner, line.number());
  }
}
