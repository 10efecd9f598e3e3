package io.vmatrace.parser.text;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.Field;

/** The values of task events, whose texts contain comms, which may contain anything. Every reader returns whether it could read them. */
final class TaskReader extends ValueCursor {
  /**
   * {@code prev_comm=a b prev_pid=1 prev_prio=120 prev_state=R+ ==> next_comm=c next_pid=2 next_prio=120}, and as trace-cmd's plugin
   * prints it {@code a b:1 [120] R ==> c:2 [120]}: comms may hold anything.
   */
  boolean schedSwitch(byte[] bytes, int from, int to, EventBatch out) {
    begin(bytes, from, to);
    int priority = first(PREV_PRIO, from);
    if (priority < 0) {
      return pluginSwitch(out);
    }
    int state = first(PREV_STATE, priority);
    if (state < 0 || state >= end) {
      return false;
    }
    byte letter = b[state];
    if (Ascii.isDigit(letter)) {
      p = state;
      letter = number(false) && (value & 0xff) == 0 ? (byte) 'R' : (byte) 'S'; // the raw number; 0x100 is a preempted task
    }
    out.put(Field.STATE, letter);
    return lastNumber(NEXT_PID, Field.PID, out);
  }

  /** {@code a b:1 [120] R ==> c:2 [120]} (libtraceevent plugin_sched_switch.c sched_switch_handler()), read from its end. */
  private boolean pluginSwitch(EventBatch out) {
    int arrow = Math.max(last(ARROW) - ARROW.length, p);
    int colon = end - 1;
    while (colon > arrow && b[colon] != ':') {
      colon--;
    }
    int state = arrow;
    while (state > p && b[state - 1] != ' ') {
      state--;
    }
    if (colon <= arrow || state == arrow || state < p + 2 || b[state - 2] != ']') {
      return false;
    }
    out.put(Field.STATE, b[state]);
    p = colon + 1;
    if (!decimal() || p >= end || b[p] != ' ') {
      return false;
    }
    out.put(Field.PID, value);
    return true;
  }

  private static final byte[] ARROW = {' ', '=', '=', '>', ' '};
  private static final byte[] PREV_PRIO = {'p', 'r', 'e', 'v', '_', 'p', 'r', 'i', 'o', '='};
  private static final byte[] PREV_STATE = {'p', 'r', 'e', 'v', '_', 's', 't', 'a', 't', 'e', '='};
  private static final byte[] NEXT_PID = {' ', 'n', 'e', 'x', 't', '_', 'p', 'i', 'd', '='};
  private static final byte[] CHILD_PID = {' ', 'c', 'h', 'i', 'l', 'd', '_', 'p', 'i', 'd', '='};
  private static final byte[] PID = {' ', 'p', 'i', 'd', '='};
  private static final byte[] GROUP_DEAD = {' ', 'g', 'r', 'o', 'u', 'p', '_', 'd', 'e', 'a', 'd', '='};
  private static final byte[] CLONE_FLAGS = {' ', 'c', 'l', 'o', 'n', 'e', '_', 'f', 'l', 'a', 'g', 's', '='};

  /** {@code comm=workload pid=212 child_comm=workload child_pid=214}. */
  boolean schedProcessFork(byte[] bytes, int from, int to, EventBatch out) {
    begin(bytes, from, to);
    return lastNumber(CHILD_PID, Field.PID, out);
  }

  /** {@code comm=workload pid=287 prio=120 group_dead=false}; without group_dead in 6.12, and with 0 or 1 in trace-cmd's raw fields. */
  boolean schedProcessExit(byte[] bytes, int from, int to, EventBatch out) {
    begin(bytes, from, to);
    int dead = last(GROUP_DEAD);
    if (dead >= 0 && dead < end) {
      out.put(Field.FLAG, b[dead] == 't' || b[dead] == '1' ? 1 : 0);
    }
    return lastNumber(PID, Field.PID, out);
  }

  /** {@code comm=workload pid=212 prio=120}. */
  boolean pid(byte[] bytes, int from, int to, EventBatch out) {
    begin(bytes, from, to);
    return lastNumber(PID, Field.PID, out);
  }

  /** {@code pid=214 comm=workload clone_flags=3d0f00 oom_score_adj=0}. */
  boolean taskNewtask(byte[] bytes, int from, int to, EventBatch out) {
    begin(bytes, from, to);
    p += PID.length - 1;
    if (p >= end || !decimal()) {
      return false;
    }
    out.put(Field.PID, value);
    int flags = last(CLONE_FLAGS);
    p = flags;
    if (flags < 0 || !(p + 1 < end && b[p] == '0' && b[p + 1] == 'x' ? number(false) : hex())) {
      return false;
    }
    out.put(Field.FLAGS, value);
    return true;
  }

  private boolean lastNumber(byte[] key, Field field, EventBatch out) {
    p = last(key);
    if (p < 0 || !number(false)) {
      return false;
    }
    out.put(field, value);
    return true;
  }
}
