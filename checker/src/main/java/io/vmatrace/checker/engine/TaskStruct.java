package io.vmatrace.checker.engine;

import io.vmatrace.checker.protocol.StepId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A task: its operations under way, the innermost first. */
public final class TaskStruct implements Sleeper {
  private final Machine machine;
  private final int pid;
  private final int cpu;
  private final Deque<Frame> frames = new ArrayDeque<>();
  private boolean asleep;

  /** Woken since it last announced its sleep (set_current_state(), kernel/sched/core.c try_to_wake_up()). */
  boolean woken;

  /** Whether SIGKILL ends its current or next sleep: TASK_KILLABLE, not TASK_UNINTERRUPTIBLE. */
  boolean killable;

  private boolean killed;

  /** VMAs that it holds a reader's reference to, for the oracle. */
  public final Set<VmAreaStruct> readLocked = new HashSet<>();

  TaskStruct(Machine machine, int pid, int cpu) {
    this.machine = machine;
    this.pid = pid;
    this.cpu = cpu;
  }

  Machine machine() {
    return machine;
  }

  int pid() {
    return pid;
  }

  /** Each task has a CPU of its own. */
  int cpu() {
    return cpu;
  }

  /** Begins an operation; its frame is to be filled with its arguments. */
  public Frame begin(Program program) {
    Frame frame = new Frame(program, this);
    frames.push(frame);
    return frame;
  }

  /** The innermost operation, or null between two. */
  public @Nullable Frame frame() {
    return frames.peek();
  }

  public boolean isIdle() {
    return frames.isEmpty();
  }

  public boolean isAsleep() {
    return asleep;
  }

  @Override
  public void wake() {
    woken = true;
    asleep = false;
  }

  /** SIGKILL (signal_wake_up_state(), kernel/signal.c): its operation continues until it checks, or sleeps killably. */
  void kill() {
    killed = true;
    if (killable) {
      wake();
    }
  }

  /** fatal_signal_pending(). */
  boolean isKilled() {
    return killed;
  }

  /** The next step that others can tell; {@link StepId#NONE} between two operations. */
  StepId next() {
    Frame frame = frames.peek();
    return frame == null ? StepId.NONE : frame.program.step(frame.pc).id();
  }

  /** Whether the next step is only an event for the probes. */
  boolean isAtProbe() {
    Frame frame = frames.peek();
    return frame != null && frame.program.step(frame.pc).kind() == Program.Kind.PROBE;
  }

  /** Its place, for a person: its operations, the outermost first, and the next step. */
  String where() {
    StringBuilder where = new StringBuilder();
    frames.descendingIterator().forEachRemaining(frame -> where.append(where.isEmpty() ? "" : " > ").append(frame.program.id()));
    Frame frame = frames.peek();
    return frame == null ? "idle" : where + ": " + frame.program.step(frame.pc).id() + (asleep ? " (asleep)" : "");
  }

  /** Does the next visible step, and the local ones before and after it. */
  public void step() {
    quietly();
    Frame frame = frames.peek();
    if (frame != null) {
      step(frame, frame.program.step(frame.pc));
      quietly();
    }
  }

  private void step(Frame frame, Program.Step step) {
    frame.pc++;
    boolean holds = step.test().test(frame);
    switch (step.kind()) {
      case TEST -> frame.pc = holds ? step.target() : frame.pc;
      case SLEEP -> {
        asleep = holds;
        if (asleep) {
          machine.sleeps(frame, step);
        }
      }
      default -> step.act().accept(frame);
    }
    machine.watch.did(frame, step, holds);
  }

  /** Does local steps up to the next visible one. */
  public void quietly() {
    for (Frame frame = frames.peek(); frame != null && !asleep; frame = frames.peek()) {
      Program.Step step = frame.program.step(frame.pc);
      if (step.kind().isSeen()) {
        return;
      }
      quietly(frame, step);
    }
  }

  private void quietly(Frame frame, Program.Step step) {
    frame.pc++;
    Program callee = step.callee();
    if (callee != null) {
      Frame to = begin(callee);
      step.arguments().pass(frame, to);
    } else if (step.kind() == Program.Kind.ON) {
      frame.pc = step.test().test(frame) ? step.target() : frame.pc;
    } else {
      step.act().accept(frame);
      frames.pop();
      giveBack(frame, frames.peek());
    }
  }

  private static void giveBack(Frame from, @Nullable Frame to) {
    if (to != null) {
      to.got = from.value;
      to.gotVma = from.vma;
    }
  }
}
