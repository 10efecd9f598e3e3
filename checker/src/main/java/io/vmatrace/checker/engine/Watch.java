package io.vmatrace.checker.engine;

/** Receives each step that was done. */
public interface Watch {
  Watch NONE = (frame, step, holds) -> {};

  /** A step was done; whether its test held, or the task went to sleep. */
  void did(Frame frame, Program.Step step, boolean holds);
}
