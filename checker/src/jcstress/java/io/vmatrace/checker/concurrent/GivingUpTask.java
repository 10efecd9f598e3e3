package io.vmatrace.checker.concurrent;

/** A task that stops where it would sleep: its actor ends there, and the test reads afterwards whether it was woken. */
final class GivingUpTask extends Task {
  /** It would sleep. */
  static final class Asleep extends RuntimeException {
    private static final long serialVersionUID = 1;

    private Asleep() {
      super("asleep", null, false, false);
    }
  }

  @Override
  void park() {
    throw new Asleep();
  }

  @Override
  void unpark() {}
}
