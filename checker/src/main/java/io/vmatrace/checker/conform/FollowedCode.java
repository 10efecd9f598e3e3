package io.vmatrace.checker.conform;

import io.vmatrace.checker.steps.Action;
import io.vmatrace.checker.steps.Assembler;
import io.vmatrace.checker.steps.Assembler.Operation;
import io.vmatrace.checker.steps.Design;
import io.vmatrace.checker.steps.Instruction;
import io.vmatrace.checker.steps.StateField;
import io.vmatrace.checker.steps.StepTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** What a task may do with one VMA under a design: the programs of followed.txt one after the other, each ended by the menu that it goes back to. */
final class FollowedCode {
  /** Where a task is when nothing of a program is under way. */
  enum Place {
    /** Outside of write sections. */
    IDLE,
    /** In a write section. */
    WRITER,
    /** It has downgraded its write section. */
    READER
  }

  /**
   * A program.
   *
   * @param from where it may begin
   * @param line its first line
   * @param events those that may be its first one
   * @param silent whether it may begin, and go on, without an event
   */
  record Body(Place from, int line, Set<Point> events, boolean silent) {}

  private static final List<String> PROGRAMS =
      List.of(
          "idle_looks_up", "idle_handles", "idle_frees", "writer_begins", "writer_locks", "writer_locks_killable", "writer_attaches", "writer_detaches", "writer_gathers",
          "writer_gathers_part", "writer_copies", "writer_copies_anon", "writer_frees", "writer_handles", "writer_ends", "writer_downgrades", "reader_frees", "reader_ends");

  final List<Instruction> code = new ArrayList<>();
  final List<Body> bodies = new ArrayList<>();

  /** By place. */
  final int[] menus = new int[Place.values().length];

  /** Where a write section begins. */
  final int begins;

  /** By line: the event there, or null. */
  final Point[] points;

  /** By line: whether an unmapping has been taken out of the tree there, and is not over. */
  final boolean[] afterStore;

  /** @param table the design's, with the programs of followed.txt */
  FollowedCode(Design design, StepTable table) {
    Set<String> features = new TreeSet<>(design.features());
    features.add("events");
    int[] starts = new int[PROGRAMS.size()];
    Instruction menu = Objects.requireNonNull(new Assembler(StepTable.read(List.of("program menu()", "  menu")), features).then(new Operation("menu", 0, 0, 0, -1, -1)).assemble().getLast());
    for (Place place : Place.values()) {
      menus[place.ordinal()] = code.size();
      code.add(menu);
    }
    for (int i = 0; i < starts.length; i++) {
      List<Instruction> lines = new Assembler(table, features).then(new Operation(PROGRAMS.get(i), 0, 0, 0, -1, -1)).assemble();
      starts[i] = code.size();
      for (Instruction line : lines) {
        code.add(line.target() < 0 ? line : line.goingTo(line.target() + starts[i]));
      }
      code.add(to(menus[after(PROGRAMS.get(i)).ordinal()]));
    }
    points = new Point[code.size()];
    boolean[] reached = reached(starts);
    for (int at = 0; at < points.length; at++) {
      if (reached[at] && code.get(at).action() == Action.EVENT) {
        points[at] = Objects.requireNonNull(Point.of(code.get(at).text()), code.get(at).text());
      }
    }
    begins = starts[PROGRAMS.indexOf("writer_begins")];
    afterStore = new boolean[code.size()];
    for (int at = 1; at < points.length; at++) {
      afterStore[at] = points[at - 1] == Point.STORED || afterStore[at - 1] && code.get(at - 1).target() != menus[Place.WRITER.ordinal()];
    }
    for (int i = 0; i < starts.length; i++) {
      if (starts[i] != begins) {
        body(PROGRAMS.get(i), starts[i]);
      }
    }
  }

  /** The lines that a program comes to: a variant may go past some. */
  private boolean[] reached(int[] starts) {
    boolean[] reached = new boolean[code.size()];
    Deque<Integer> open = new ArrayDeque<>(Arrays.stream(starts).boxed().toList());
    while (!open.isEmpty()) {
      int at = open.pop();
      Instruction i = code.get(at);
      if (!reached[at]) {
        reached[at] = true;
        if (i.target() >= 0) {
          open.push(i.target());
        }
        if (i.action() != Action.GOTO && i.action() != Action.MENU) {
          open.push(at + 1);
        }
      }
    }
    return reached;
  }

  private static Instruction to(int line) {
    return new Instruction(Action.GOTO, "goto", "", null, null, -1, null, StateField.R_FIRST, null, 0, "", line);
  }

  private static Place before(String program) {
    return program.startsWith("idle_") ? Place.IDLE : program.startsWith("writer_") ? Place.WRITER : Place.READER;
  }

  private static Place after(String program) {
    return switch (program) {
      case "writer_ends", "reader_ends" -> Place.IDLE;
      case "writer_downgrades" -> Place.READER;
      default -> before(program);
    };
  }

  /** Its first events, by every way that leads to one; and whether a step that others can tell comes before. */
  private void body(String program, int start) {
    Set<Point> events = EnumSet.noneOf(Point.class);
    boolean[] seen = new boolean[code.size()];
    boolean silent = false;
    Deque<Integer> open = new ArrayDeque<>(List.of(start));
    while (!open.isEmpty()) {
      int at = open.pop();
      Instruction i = code.get(at);
      Point point = points[at];
      if (seen[at] || i.action() == Action.MENU) {
        continue;
      }
      seen[at] = true;
      if (point != null) {
        events.add(point);
        continue;
      }
      silent |= !i.action().isLocal();
      if (i.target() >= 0) {
        open.push(i.target());
      }
      if (i.action() != Action.GOTO) {
        open.push(at + 1);
      }
    }
    if (program.equals("writer_copies")) {
      events.remove(Point.STARTS_WRITE); // then it is a write lock, and the copy comes when it is there
    }
    if (!events.isEmpty() || silent) {
      bodies.add(new Body(before(program), start, events, silent));
    }
  }

  /** Whether some event of a design is at a point. */
  boolean has(Point point) {
    return Arrays.asList(points).contains(point);
  }
}
