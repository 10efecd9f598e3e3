package io.vmatrace.parser.event.specs;

import static io.vmatrace.parser.event.Field.*;

import io.vmatrace.parser.event.EventFamily;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.ValueText;

/** The tracepoints of tasks: include/trace/events/sched.h, task.h. */
public final class SchedEvents {
  static final EventFamily FAMILY = EventFamily.after(ContentionEvents.FAMILY);

  /** Emitted by the parent: PID is the child. */
  public static final EventKind SCHED_PROCESS_FORK =
      FAMILY
          .tracepoint("sched_process_fork", "sched/sched_process_fork")
          .fields(PID)
          .text(ValueText.FORK)
          .showsNone("it tells whose child a task is")
          .row();

  public static final EventKind SCHED_PROCESS_EXEC =
      FAMILY
          .tracepoint("sched_process_exec", "sched/sched_process_exec")
          .fields(PID)
          .text(ValueText.PID)
          .showsNone("it tells that the task has another mm")
          .row();

  public static final EventKind SCHED_PROCESS_EXIT =
      FAMILY
          .tracepoint("sched_process_exit", "sched/sched_process_exit")
          .fields(PID, FLAG)
          .text(ValueText.EXIT)
          .showsNone("it tells that the task goes")
          .row();

  public static final EventKind SCHED_PROCESS_FREE =
      FAMILY
          .tracepoint("sched_process_free", "sched/sched_process_free")
          .onDemand()
          .fields(PID)
          .text(ValueText.PID)
          .showsNone("it tells that the task is gone")
          .row();

  /** Emitted by the task that goes: STATE is its prev_state, PID the next task. */
  public static final EventKind SCHED_SWITCH =
      FAMILY
          .tracepoint("sched_switch", "sched/sched_switch")
          .fields(STATE, PID)
          .text(ValueText.SCHED_SWITCH)
          .certain()
          .shows(Op.TASK_SLEEPS, Op.TASK_DIES, Op.STILL_WAITS_FOR_READERS)
          .row();

  /** Emitted by the parent: PID is the child, FLAGS its clone_flags. */
  public static final EventKind TASK_NEWTASK =
      FAMILY
          .tracepoint("task_newtask", "task/task_newtask")
          .fields(PID, FLAGS)
          .text(ValueText.NEWTASK)
          .showsNone("it tells whether a new task shares its parent's mm")
          .row();

  private SchedEvents() {}
}
