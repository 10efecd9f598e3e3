package io.vmatrace.cli;

import java.util.Optional;
import java.util.function.IntConsumer;

/** Ends the process soon after its launcher is gone: what a killed launcher has started must not run on, and nobody waits for its verdict. */
final class LauncherWatch extends Thread {
  private static final long PERIOD_MILLISECONDS = 1_000;

  private final long launcher;
  private final IntConsumer end;

  private LauncherWatch(long launcher, IntConsumer end) {
    super("launcher watch");
    this.launcher = launcher;
    this.end = end;
    setDaemon(true);
  }

  /**
   * Begins to watch, where the launcher has said which process it is.
   *
   * @param end ends the process with a status, at once
   */
  static void begin(IntConsumer end) {
    long launcher = Long.getLong("vmatrace.launcher", 0);
    if (launcher != 0) {
      new LauncherWatch(launcher, end).start();
    }
  }

  @Override
  public void run() {
    try {
      do {
        sleep(PERIOD_MILLISECONDS);
      } while (isThere());
      System.err.println("vmatrace: the launcher was killed: no verdict");
      end.accept(ExitStatus.INTERNAL.code());
    } catch (InterruptedException _) {
      interrupt();
    } catch (OutOfMemoryError _) {
      return; // the thread that reads the capture has none either, and says so
    }
  }

  private boolean isThere() {
    Optional<ProcessHandle> parent = ProcessHandle.current().parent();
    return parent.isPresent() && parent.get().pid() == launcher;
  }
}
