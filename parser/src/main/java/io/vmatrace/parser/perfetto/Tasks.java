package io.vmatrace.parser.perfetto;

import com.google.protobuf.WireFormat;
import java.io.IOException;

/** What tasks are called: by the events of the scheduler, and by the lists of processes that a trace may have. */
final class Tasks {
  /** TASK_COMM_LEN less the NUL: include/linux/sched.h. */
  private static final int COMM_CHARS = 15;

  private static final int MOST_NAMES = 1 << 20;
  private static final int TIMESTAMP = 1;

  /**
   * Where an event names a task.
   *
   * @param pid number of the field with the task
   * @param comm that of the field with its name
   * @param since whether it may have been called otherwise until then
   */
  private record Names(int pid, int comm, boolean since) {}

  private static final Names PREV = new Names(2, 1, false);
  private static final Names NEXT = new Names(6, 5, true);
  private static final Names WOKEN = new Names(2, 1, false);
  private static final Names NEW = new Names(1, 2, true);
  private static final Names RENAMED = new Names(1, 3, true);
  private static final Names FORKED = new Names(4, 3, true);

  private final Contents contents;
  private final CompactSched compact = new CompactSched();

  Tasks(Contents contents) {
    this.contents = contents;
  }

  /** Takes the event that is the field in hand, where it names tasks. */
  void event(byte[] b, Message fields) throws IOException {
    if (!fields.isBytes(Bundle.EVENT)) {
      return;
    }
    fields.enter();
    long time = 0;
    while (fields.next()) {
      if (fields.isNumber(TIMESTAMP)) {
        time = fields.number;
      } else if (fields.wire == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        named(b, fields, time);
      }
    }
    fields.leave();
  }

  private void named(byte[] b, Message event, long time) throws IOException {
    switch (event.field) {
      case FtraceMessages.SCHED_SWITCH -> {
        name(b, event, time, PREV);
        name(b, event, time, NEXT);
      }
      case FtraceMessages.SCHED_WAKEUP, FtraceMessages.SCHED_WAKING -> name(b, event, time, WOKEN);
      case FtraceMessages.TASK_NEWTASK -> name(b, event, time, NEW);
      case FtraceMessages.TASK_RENAME -> name(b, event, time, RENAMED);
      case FtraceMessages.SCHED_PROCESS_FORK -> name(b, event, time, FORKED);
      default -> {}
    }
  }

  /** Takes a name from an event. */
  private void name(byte[] b, Message event, long time, Names where) throws IOException {
    int task = -1;
    int from = 0;
    int to = 0;
    Message fields = new Message(b, event.from, event.to);
    while (fields.next()) {
      if (fields.isNumber(where.pid)) {
        task = (int) fields.number;
      } else if (fields.isBytes(where.comm)) {
        from = fields.from;
        to = fields.to;
      }
    }
    if (task > 0 && to > from) {
      called(task, time, Survey.text(b, from, to), where.since);
    }
  }

  private void called(int task, long time, String name, boolean since) {
    if (contents.names.size() < MOST_NAMES) {
      contents.names.getIfAbsentPut(task, name); // also for the time before, of which nothing says more
    }
    String before = contents.comms.at(task, time);
    if (!before.equals(name)) {
      contents.comms.add(task, since || !before.isEmpty() ? time : 0, name);
    }
  }

  /** Takes the columns of switches and wake-ups that are the field in hand; damaged ones are found again where the events are read. */
  void compact(byte[] b, Message fields) {
    if (!fields.isBytes(Bundle.COMPACT_SCHED)) {
      return;
    }
    try {
      compact.read(b, fields.from, fields.to);
    } catch (IOException _) {
      return;
    }
    for (int i = 0; i < compact.switches(); i++) {
      int task = (int) compact.value(CompactSched.NEXT_PID, i);
      if (task > 0) {
        called(task, compact.time(CompactSched.SWITCH_TIME, i), compact.name(b, compact.value(CompactSched.NEXT_COMM, i)), true);
      }
    }
    for (int i = 0; i < compact.wakings(); i++) {
      int task = (int) compact.value(CompactSched.WAKING_PID, i);
      if (task > 0) {
        called(task, compact.time(CompactSched.WAKING_TIME, i), compact.name(b, compact.value(CompactSched.WAKING_COMM, i)), false);
      }
    }
  }

  /** Takes the list of processes that is the field in hand (protos/perfetto/trace/ps/process_tree.proto). */
  void processes(byte[] b, Message fields) throws IOException {
    fields.enter();
    while (fields.next()) {
      if (fields.isBytes(1)) {
        listed(b, fields, 3);
      } else if (fields.isBytes(2)) {
        listed(b, fields, 2);
      }
    }
    fields.leave();
  }

  private void listed(byte[] b, Message fields, int nameField) throws IOException {
    int task = -1;
    String name = "";
    fields.enter();
    while (fields.next()) {
      if (fields.isNumber(1)) {
        task = (int) fields.number;
      } else if (fields.isBytes(nameField) && name.isEmpty()) {
        name = Survey.text(b, fields.from, fields.to);
      }
    }
    fields.leave();
    if (task > 0 && !name.isEmpty() && contents.names.size() < MOST_NAMES) {
      contents.names.getIfAbsentPut(task, comm(name));
    }
  }

  /** As the kernel cuts the name of a program off. */
  private static String comm(String name) {
    String file = name.startsWith("/") ? name.substring(name.lastIndexOf('/') + 1) : name;
    return file.length() <= COMM_CHARS ? file : file.substring(0, COMM_CHARS);
  }
}
