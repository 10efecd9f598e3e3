package io.vmatrace.checker.explore;

import io.vmatrace.checker.explore.Exploration.Move;
import java.util.ArrayList;
import java.util.List;

/**
 * A schedule in one word, which runs it again: tasks in their turns with commas between them, {@code 0x14,1,0.1x2} for fourteen steps of task 0, one
 * of task 1, and two of task 0 that take the second of their ways.
 */
public final class Moves {
  /** No schedule has more: one that asks for more is a slip. */
  private static final int MOST = 100_000;

  private Moves() {}

  /** The word for moves; empty for none. */
  public static String text(List<Move> moves) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < moves.size(); ) {
      int from = i;
      while (i < moves.size() && moves.get(i).equals(moves.get(from))) {
        i++;
      }
      Move move = moves.get(from);
      text.append(from == 0 ? "" : ",").append(move.task()).append(move.choice() == 0 ? "" : "." + move.choice()).append(i - from == 1 ? "" : "x" + (i - from));
    }
    return text.toString();
  }

  /**
   * Reads such a word.
   *
   * @throws IllegalArgumentException where it is none
   */
  public static List<Move> read(String text) {
    List<Move> moves = new ArrayList<>();
    int from = 0;
    while (from <= text.length()) {
      int comma = text.indexOf(',', from);
      int to = comma < 0 ? text.length() : comma;
      add(text.substring(from, to), moves);
      from = to + 1;
    }
    return moves;
  }

  private static void add(String turn, List<Move> to) {
    int times = turn.indexOf('x');
    String who = times < 0 ? turn : turn.substring(0, times);
    int dot = who.indexOf('.');
    try {
      int task = Integer.parseUnsignedInt(dot < 0 ? who : who.substring(0, dot));
      int choice = dot < 0 ? 0 : Integer.parseUnsignedInt(who.substring(dot + 1));
      int n = times < 0 ? 1 : Integer.parseUnsignedInt(turn.substring(times + 1));
      if (task < 0 || choice < 0 || n < 1 || n > MOST - to.size()) {
        throw new NumberFormatException();
      }
      for (int i = 0; i < n; i++) {
        to.add(new Move(task, choice));
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'%s' is no turn: a task is meant, as 0, or 0x14 for fourteen steps of it, or 0.1 where it has two ways".formatted(turn), e);
    }
  }
}
