package io.vmatrace.cli;

import io.vmatrace.parser.capture.CaptureSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar with the time that is left, on standard error, for what takes longer than a second. */
final class Progress implements LongConsumer, AutoCloseable {
  private static final long PATIENCE_NANOSECONDS = 1_000_000_000;
  private static final long MEBIBYTE = 1 << 20;

  private final String task;
  private final LongSupplier size;
  private final String unit;
  private final long unitSize;
  private final long begun = System.nanoTime();
  private final BooleanSupplier isWanted;
  private @Nullable ProgressBar bar;

  private Progress(String task, LongSupplier size, BooleanSupplier isWanted, String unit, long unitSize) {
    this.task = task;
    this.isWanted = isWanted;
    this.size = size;
    this.unit = unit;
    this.unitSize = unitSize;
  }

  /** Of reading a capture: told how many bytes of it have been read. */
  Progress(String task, CaptureSource capture) {
    this(task, capture, () -> true);
  }

  /**
   * The same.
   *
   * @param isWanted whether it may be drawn: of several captures that are read at once one has a bar
   */
  Progress(String task, CaptureSource capture, BooleanSupplier isWanted) {
    this(task, () -> size(capture), isWanted, " MiB", MEBIBYTE);
  }

  /** Of so many rounds: told how many are done. */
  static Progress ofRounds(String task, long rounds) {
    return new Progress(task, () -> rounds, () -> true, " rounds", 1);
  }

  @Override
  public void accept(long done) {
    ProgressBar shown = bar;
    if (shown != null) {
      shown.stepTo(done);
    } else if (Terminal.isProgressWanted() && isWanted.getAsBoolean() && System.nanoTime() - begun > PATIENCE_NANOSECONDS) {
      bar = open();
    }
  }

  private ProgressBar open() {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(size.getAsLong())
        .setUnit(unit, unitSize)
        .setStyle(ProgressBarStyle.ASCII)
        .clearDisplayOnFinish()
        .build();
  }

  /** The size of the file, or -1 for a stream, which has none. */
  private static long size(CaptureSource capture) {
    if (capture.stream() != null) {
      return -1;
    }
    try {
      Path file = capture.copy() == null ? Path.of(capture.name()) : capture.copy();
      return Files.isRegularFile(file) ? Files.size(file) : -1;
    } catch (IOException _) {
      return -1;
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
