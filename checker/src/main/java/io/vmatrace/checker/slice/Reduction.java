package io.vmatrace.checker.slice;

import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.parser.input.CaptureException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.function.LongConsumer;

/** Leaves out of a window whatever a finding does not need: whole tasks, then lines, in ever smaller pieces (delta debugging). */
final class Reduction {
  /** Whether what is left still gives the finding. */
  interface Trial {
    boolean gives(Window window) throws IOException;
  }

  /** The most trials, however much more could be left out. */
  static final int MOST_TRIALS = 1_200;

  /** The most lines that are checked in all trials. */
  private static final long MOST_LINES = 30_000_000;

  private static final int MOST_TASKS = 24;

  /** Of a larger window large pieces are left out first. */
  private static final int LARGE = 1 << 17;

  private static final int LARGE_PIECES = 64;

  private final Trial trial;
  private final LongConsumer progress;
  private Window window;
  private Path spare;
  private WindowLines lines;
  private int trials;
  private long linesTried;

  /**
   * @param window gives the finding
   * @param spare a file that may be overwritten
   * @param progress told how many trials were made
   */
  Reduction(Window window, Path spare, CaptureRun.Options options, Trial trial, LongConsumer progress) throws CaptureException {
    this.window = window;
    this.spare = spare;
    this.trial = trial;
    this.progress = progress;
    lines = WindowLines.of(window, options);
  }

  /** The smallest window that was found. */
  Window reduced() throws IOException {
    if (window.lines() > LARGE) {
      reduce(window.lines() / LARGE_PIECES);
    }
    for (int task : lines.busiest(MOST_TASKS)) {
      leaveOut(lines.of(task));
    }
    reduce(1);
    return window;
  }

  private void reduce(int smallest) throws IOException {
    int size = window.lines() / 2;
    while (size >= smallest && size > 0 && mayGoOn()) {
      boolean smaller = leaveOutPieces(size);
      size = size == 1 && smaller ? 1 : size / 2;
    }
  }

  private boolean leaveOutPieces(int size) throws IOException {
    boolean any = false;
    for (int from = 0; from < window.lines() && mayGoOn(); ) {
      BitSet piece = new BitSet();
      piece.set(from, Math.min(from + size, window.lines()));
      if (leaveOut(piece)) {
        any = true;
      } else {
        from += size;
      }
    }
    return any;
  }

  private boolean mayGoOn() {
    return trials < MOST_TRIALS && linesTried < MOST_LINES;
  }

  /** Leaves lines out, if the finding does without them. */
  private boolean leaveOut(BitSet unwanted) throws IOException {
    BitSet left = lines.leftOut(unwanted);
    if (left.isEmpty() || left.cardinality() == window.lines() || !mayGoOn()) {
      return false;
    }
    progress.accept(++trials);
    linesTried += window.lines();
    Window smaller = window.without(left, spare);
    if (!trial.gives(smaller)) {
      return false;
    }
    spare = window.file();
    window = smaller;
    lines = lines.without(left);
    return true;
  }
}
