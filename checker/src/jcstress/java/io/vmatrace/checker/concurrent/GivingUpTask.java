package io.vmatrace.checker.concurrent;

/** A task that goes no further where it would sleep: its actor ends there, and whether it was woken can be seen afterwards. */
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
