package io.vmatrace.parser.record;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.input.CaptureException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A stream of two batches: while one is used, another thread fills the other. */
public final class ReadAhead implements CpuMerge.Stream {
  /** Where the events come from; one thread at a time asks. */
  public interface Source {
    /**
     * Fills an empty batch; leaves it empty at the end.
     *
     * @throws CaptureException when the rest cannot be read
     */
    void fill(EventBatch out) throws CaptureException;
  }

  private static final int PATIENCE_MILLISECONDS = 100;

  private final Source source;
  private final Executor executor;
  private EventBatch spare;
  private CompletableFuture<EventBatch> ahead;

  /** What failed; without memory the batch that is awaited may never be told of it. */
  private volatile @Nullable Throwable failure;

  /**
   * Begins to read.
   *
   * @param events room for so many in each batch before it grows
   * @param raw whether the events' bytes are kept
   */
  public ReadAhead(Source source, Executor executor, int events, boolean raw) {
    this.source = source;
    this.executor = executor;
    spare = batch(events, raw);
    ahead = fill(batch(events, raw));
  }

  private static EventBatch batch(int events, boolean raw) {
    EventBatch batch = new EventBatch(events);
    batch.keepRaw(raw);
    return batch;
  }

  private CompletableFuture<EventBatch> fill(EventBatch batch) {
    CompletableFuture<EventBatch> filled = new CompletableFuture<>();
    executor.execute(
        () -> {
          try {
            batch.clear();
            source.fill(batch);
            filled.complete(batch);
          } catch (CaptureException | RuntimeException | Error e) {
            try {
              filled.completeExceptionally(e);
            } finally {
              failure = e;
            }
          }
        });
    return filled;
  }

  @Override
  public @Nullable EventBatch next() throws CaptureException {
    EventBatch ready = await();
    if (ready.size() == 0) {
      return null;
    }
    ahead = fill(spare);
    spare = ready;
    return ready;
  }

  /** Waits for a batch, for a while. */
  private static boolean isDone(CompletableFuture<?> batch) throws InterruptedException, ExecutionException {
    try {
      batch.get(PATIENCE_MILLISECONDS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException _) {
      return false;
    }
  }

  private EventBatch await() throws CaptureException {
    try {
      while (!isDone(ahead)) {
        if (failure != null && !ahead.isDone()) {
          throw new IllegalStateException("a decoder failed", failure);
        }
      }
      return ahead.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while decoding", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CaptureException unreadable) {
        throw unreadable;
      }
      throw new IllegalStateException("a decoder failed", e.getCause());
    }
  }
}
