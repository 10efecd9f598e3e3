package io.vmatrace.checker.concurrent;

/** A task that does not sleep: where it would, it looks again and again. It may wait only for an actor that goes on. */
final class SpinningTask extends Task {
  @Override
  void park() {
    Thread.onSpinWait();
  }

  @Override
  void unpark() {}
}
