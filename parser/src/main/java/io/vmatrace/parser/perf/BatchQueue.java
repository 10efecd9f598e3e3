package io.vmatrace.parser.perf;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.input.CaptureException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One thread decodes, and the reading thread takes the events over, a few batches later. */
final class BatchQueue implements AutoCloseable {
  private static final int BATCHES = 4;

  /** Decodes all there is. */
  interface Work {
    void run(BatchQueue to) throws CaptureException;
  }

  /** The reading thread wants no more. */
  static final class NoMoreWanted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoMoreWanted() {
      super("no more events are wanted", null, false, false);
    }
  }

  private final BlockingQueue<EventBatch> free = new ArrayBlockingQueue<>(BATCHES);
  private final BlockingQueue<EventBatch> full = new ArrayBlockingQueue<>(BATCHES + 1);

  /** Empty: stands for the end. */
  private final EventBatch end = new EventBatch();

  private final Thread thread;
  private volatile @Nullable Throwable failure;

  /** How far the file has been read; for the thread that decodes. */
  long position;

  /** How far it had been when the last batch was given. */
  private volatile long given;

  BatchQueue(boolean raw, Work work) {
    for (int i = 0; i < BATCHES; i++) {
      EventBatch batch = new EventBatch();
      batch.keepRaw(raw);
      free.add(batch);
    }
    thread = new Thread(() -> work(work), "decoder");
    thread.setDaemon(true);
  }

  private void work(Work work) {
    try {
      work.run(this);
    } catch (NoMoreWanted _) {
      return;
    } catch (CaptureException | RuntimeException | Error e) {
      failure = e;
    }
    full.add(end);
  }

  /** Gives a full batch and takes an empty one; for the thread that decodes. */
  EventBatch next(EventBatch batch) {
    given = position;
    full.add(batch);
    return empty();
  }

  /** Takes an empty batch; for the thread that decodes. */
  EventBatch empty() {
    try {
      EventBatch batch = free.take();
      batch.clear();
      return batch;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NoMoreWanted();
    }
  }

  /**
   * Starts the other thread and takes over what it decodes.
   *
   * @throws CaptureException what it threw, when all that came before has been taken over
   */
  void run(Predicate<EventBatch> wantsMore, LongConsumer progress) throws CaptureException {
    thread.start();
    long at = 1;
    for (EventBatch batch = take(); batch != end; batch = take()) {
      batch.firstLine(at);
      at += batch.size();
      if (!wantsMore.test(batch)) {
        return;
      }
      progress.accept(given);
      free.add(batch);
    }
    Throwable thrown = failure;
    if (thrown instanceof CaptureException unreadable) {
      throw unreadable;
    }
    if (thrown != null) {
      throw new IllegalStateException("the decoder failed", thrown);
    }
  }

  private EventBatch take() {
    try {
      return full.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while decoding", e);
    }
  }

  /** Ends the other thread and waits until it has. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
