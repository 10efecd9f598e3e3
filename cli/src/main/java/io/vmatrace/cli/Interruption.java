package io.vmatrace.cli;

import io.vmatrace.parser.capture.CaptureSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a signal means that ends the process. A capture that comes by a stream ends where it is, and the run goes on to its verdict and its
 * status as usual; a run that reads a file has none.
 */
final class Interruption {
  /** Ctrl-C reaches the writer of a pipe too, which may have something left to say. */
  private static final long LAST_WORDS_MILLISECONDS = 500;

  private static final long PATIENCE_SECONDS = 60;

  private static final CountDownLatch FINISHED = new CountDownLatch(1);

  private static volatile int status;
  private static volatile boolean interrupted;
  private static volatile @Nullable CaptureSource reading;
  private static volatile @Nullable Runnable stop;

  private Interruption() {}

  /**
   * From now on signals are taken care of.
   *
   * @param end ends the process with a status, at once
   */
  static void listen(IntConsumer end) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> shutDown(end), "interruption"));
  }

  /** The run is over. */
  static void finished(int with) {
    status = with;
    FINISHED.countDown();
  }

  /** What is read from now on. */
  static void reads(CaptureSource source) {
    reading = source;
  }

  /** What a signal ends from now on, in place of the process: the run goes on to its end, however long that takes. */
  static void stops(Runnable how) {
    stop = how;
  }

  /** Whether a signal has come. */
  static boolean isHere() {
    return interrupted;
  }

  /** Runs at the end of the process: by a signal, if the run is not over. */
  private static void shutDown(IntConsumer end) {
    if (FINISHED.getCount() == 0) {
      return;
    }
    interrupted = true;
    Runnable how = stop;
    CaptureSource source = reading;
    if (how != null) {
      how.run();
      end.accept(isFinished(Long.MAX_VALUE) ? status : ExitStatus.INTERNAL.code());
    } else if (source == null || source.stream() == null) {
      System.err.println("vmatrace: interrupted: no verdict");
      end.accept(ExitStatus.INTERNAL.code());
    } else {
      end.accept(isFinished(LAST_WORDS_MILLISECONDS) || source.stop() && isFinished(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS)) ? status : ExitStatus.INTERNAL.code());
    }
  }

  private static boolean isFinished(long within) {
    try {
      return FINISHED.await(within, TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
