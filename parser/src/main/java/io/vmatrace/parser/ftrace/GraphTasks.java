package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.event.Calls;
import io.vmatrace.parser.event.TaskCalls;
import io.vmatrace.parser.text.Chunk;
import java.util.Arrays;

/**
 * Which task runs on each CPU, and its open calls. A switch is printed between rulers when a line belongs to another task than the
 * line before it on its CPU (kernel/trace/trace_functions_graph.c verif_pid()); so the first switch of a CPU names the task of all
 * lines before it.
 *
 * <pre>
 *  ------------------------------------------
 *  1)    &lt;idle&gt;-0    =&gt;  workloa-181
 *  ------------------------------------------
 * </pre>
 */
final class GraphTasks {
  private static final int MOST_CPUS = 1 << 15;

  private final GraphLine ahead = new GraphLine();
  private final TaskCalls calls = new TaskCalls();
  private int[] current = {};
  private boolean[] inInterrupt = {};

  /** Finds the first switch of each CPU in the first lines. */
  void lookAhead(Chunk chunk) {
    byte[] b = chunk.bytes;
    int to = chunk.to;
    for (int p = chunk.from; p < to; ) {
      int end = ByteScan.newline(b, p, to);
      ahead.move(b, p, end, end + 1);
      ahead.readColumns();
      int arrow = arrow(ahead);
      if (arrow > 0 && reach(ahead.cpu) && current[ahead.cpu] < 0) {
        current[ahead.cpu] = pidBefore(b, p, arrow);
      }
      p = end + 1;
    }
  }

  /** Whether a line is a switch, which is noted. */
  boolean isSwitch(GraphLine line) {
    int arrow = arrow(line);
    if (arrow < 0) {
      return false;
    }
    if (reach(line.cpu)) {
      current[line.cpu] = pidBefore(line.b, arrow, line.to);
    }
    return true;
  }

  /** Where the arrow of a switch is, or -1. */
  private static int arrow(GraphLine line) {
    if (line.cpu < 0 || line.pid >= 0) {
      return -1;
    }
    byte[] b = line.b;
    int to = line.to;
    for (int i = line.textFrom; i + 3 < to && b[i] != '|' && b[i] != '('; i++) {
      if (b[i] == ' ' && b[i + 1] == '=' && b[i + 2] == '>' && b[i + 3] == ' ') {
        return pidBefore(b, line.textFrom, i) >= 0 && pidBefore(b, i, to) >= 0 ? i : -1;
      }
    }
    return -1;
  }

  /** The pid of {@code comm-pid} that ends before a place, or -1. */
  private static int pidBefore(byte[] b, int from, int to) {
    int end = to;
    while (end > from && b[end - 1] == ' ') {
      end--;
    }
    int digits = end;
    while (digits > from && Ascii.isDigit(b[digits - 1])) {
      digits--;
    }
    boolean named = digits < end && end - digits <= 9 && digits > from && b[digits - 1] == '-';
    return named ? (int) Ascii.decimal(b, digits, end) : -1;
  }

  /** The task of a line, or -1 when neither it nor a switch says. */
  int of(GraphLine line) {
    return line.pid >= 0 || !reach(line.cpu) ? line.pid : current[line.cpu];
  }

  /** An interrupt begins or ends on a CPU. */
  void interrupt(GraphLine line) {
    if (reach(line.cpu)) {
      inInterrupt[line.cpu] = line.irqBegins;
    }
  }

  /** The context of a line: its flags, or 'h' between the arrows of an interrupt. */
  byte context(GraphLine line) {
    boolean between = !line.hasContext && reach(line.cpu) && inInterrupt[line.cpu];
    return between ? (byte) 'h' : line.context;
  }

  /** The calls of a task. */
  Calls calls(int pid) {
    return calls.of(pid);
  }

  /** Events are missing: a return may not belong to the call that is known. */
  void forgetCalls() {
    calls.forget();
  }

  private boolean reach(int cpu) {
    if (cpu < 0 || cpu >= MOST_CPUS) {
      return false;
    }
    if (cpu >= current.length) {
      int before = current.length;
      current = Arrays.copyOf(current, Math.max(16, Integer.highestOneBit(cpu) * 2));
      inInterrupt = Arrays.copyOf(inInterrupt, current.length);
      Arrays.fill(current, before, current.length, -1);
    }
    return true;
  }
}
