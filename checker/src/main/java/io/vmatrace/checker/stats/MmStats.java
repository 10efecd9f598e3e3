package io.vmatrace.checker.stats;

/** What a capture shows of one mm. */
final class MmStats {
  final long address;
  final CaptureFigures figures;
  final VmaCount vmas = new VmaCount();

  MmStats(long address, CaptureFigures figures) {
    this.address = address;
    this.figures = figures;
  }

  /** How much happened in it. */
  long weight() {
    return figures.stores() + figures.times(Timed.READ_HOLD).count() + figures.times(Timed.WRITE_HOLD).count();
  }
}
