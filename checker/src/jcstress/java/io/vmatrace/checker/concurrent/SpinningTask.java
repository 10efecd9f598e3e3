package io.vmatrace.checker.concurrent;

/** A task that spins where it would sleep. It may wait only for an actor that makes progress. */
final class SpinningTask extends Task {
  @Override
  void park() {
    Thread.onSpinWait();
  }

  @Override
  void unpark() {}
}
