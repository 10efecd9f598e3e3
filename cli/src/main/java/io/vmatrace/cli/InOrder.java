package io.vmatrace.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Work of which several pieces run at once, and whose results are handed over on the thread that gave it, in the order in which it was
 * given. No more than twice as many pieces are begun and not handed over, so memory does not grow with their number.
 */
final class InOrder implements AutoCloseable {
  /** A piece of work. */
  interface Work {
    /**
     * Does it, on whichever thread.
     *
     * @param isNext whether all earlier pieces are handed over
     * @return hands the result over
     */
    Runnable run(BooleanSupplier isNext);
  }

  private record Piece(Work work, Future<Runnable> result) {}

  /** The most that can run at once. */
  static final int MOST = 256;

  private final int atOnce;
  private final @Nullable ExecutorService threads;
  private final Deque<Piece> waiting = new ArrayDeque<>();
  private boolean over;
  private long given;
  private final AtomicLong handedOver = new AtomicLong();

  /** @param atOnce how many pieces run at the same time; one runs on the thread that gives it */
  InOrder(int atOnce) {
    this.atOnce = atOnce;
    threads = atOnce == 1 ? null : Executors.newFixedThreadPool(atOnce, InOrder::thread);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "capture");
    thread.setDaemon(true);
    return thread;
  }

  /** Gives a piece of work. Results that are there are handed over meanwhile. */
  void add(Work work) {
    if (over) {
      return;
    }
    long turn = given;
    BooleanSupplier isNext = () -> handedOver.get() == turn;
    give(work, threads == null ? CompletableFuture.completedFuture(work.run(isNext)) : threads.submit(() -> work.run(isNext)));
  }

  /** Gives a piece of work that runs alone: after all that was given before, and on this thread. */
  void addAlone(Work work) {
    finish();
    if (over) {
      return;
    }
    give(work, CompletableFuture.completedFuture(work.run(() -> true)));
    finish();
  }

  /** Something to be done in its turn, which takes no time. */
  void then(Runnable step) {
    if (over) {
      return;
    }
    give(_ -> step, CompletableFuture.completedFuture(step));
  }

  private void give(Work work, Future<Runnable> result) {
    given++;
    waiting.add(new Piece(work, result));
    while (!waiting.isEmpty() && (waiting.getFirst().result().isDone() || waiting.size() >= 2 * atOnce)) {
      handOver();
    }
  }

  /** Nobody wants more: what has not been handed over is dropped, and what is given from now on too. */
  void stop() {
    over = true;
    waiting.clear();
    close();
  }

  /** Whether nobody wants more. */
  boolean isOver() {
    return over;
  }

  /** Waits for all that was given, and hands it over. */
  void finish() {
    while (!waiting.isEmpty()) {
      handOver();
    }
  }

  private void handOver() {
    result(waiting.removeFirst()).run();
    handedOver.incrementAndGet();
  }

  /** What did not fit in memory beside other pieces is done once more, alone. */
  private Runnable result(Piece piece) {
    Throwable failure = failure(piece);
    if (failure != null && threads != null && isForWantOfMemory(failure)) {
      waiting.forEach(InOrder::failure);
      return piece.work().run(() -> true);
    }
    // no switch over types: what that needs is made at run time, in each run (docs/PERFORMANCE.md)
    if (failure instanceof RuntimeException e) {
      throw e;
    } else if (failure instanceof Error e) {
      throw e;
    } else if (failure != null) {
      throw new IllegalStateException(failure);
    }
    return piece.result().resultNow();
  }

  private static boolean isForWantOfMemory(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError) {
        return true;
      }
    }
    return false;
  }

  /** Waits for a piece; what ended it, or null. */
  private static @Nullable Throwable failure(Piece piece) {
    try {
      piece.result().get();
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a capture", e);
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  @Override
  public void close() {
    if (threads != null) {
      threads.shutdownNow();
    }
  }
}
