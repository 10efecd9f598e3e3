package io.vmatrace.checker.whatif;

import io.vmatrace.checker.engine.Frame;
import io.vmatrace.checker.engine.Program;

/**
 * The step that a task of a {@link Simulation} does next.
 *
 * @param task number of the task in its workload
 * @param operation number of the operation among the task's
 * @param woken whether the task slept before the step and was woken
 */
record NextStep(int task, int operation, Frame frame, Program.Step step, boolean woken) {
  boolean isProbe() {
    return step.kind() == Program.Kind.PROBE;
  }
}
