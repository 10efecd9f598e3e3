package io.vmatrace.cli;

import io.vmatrace.parser.capture.CaptureSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar with the time that is left, on standard error, for what takes longer than a second. */
final class Progress implements LongConsumer, AutoCloseable {
  private static final long PATIENCE_NANOSECONDS = 1_000_000_000;
  private static final long MEBIBYTE = 1 << 20;

  private final String task;
  private final CaptureSource capture;
  private final long begun = System.nanoTime();
  private @Nullable ProgressBar bar;

  Progress(String task, CaptureSource capture) {
    this.task = task;
    this.capture = capture;
  }

  @Override
  public void accept(long bytes) {
    ProgressBar shown = bar;
    if (shown != null) {
      shown.stepTo(bytes);
    } else if (Terminal.isProgressWanted() && System.nanoTime() - begun > PATIENCE_NANOSECONDS) {
      bar = open();
    }
  }

  private ProgressBar open() {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(size())
        .setUnit(" MiB", MEBIBYTE)
        .setStyle(ProgressBarStyle.ASCII)
        .clearDisplayOnFinish()
        .build();
  }

  /** The size of the file, or -1 for a stream, which has none. */
  private long size() {
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
