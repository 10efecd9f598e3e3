package io.vmatrace.parser.capture;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.ftrace.FtraceDecoder;
import io.vmatrace.parser.ftrace.Layout;
import io.vmatrace.parser.stat.ImportStat;
import io.vmatrace.parser.stat.ImportStats;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Chunks decoded by several threads, handed over in order by one. Only so many are under way at a time, so memory does not grow
 * with the capture.
 */
final class Decoding implements AutoCloseable {
  private static final int THREADS = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4);
  private static final int UNDER_WAY = 2 * THREADS + 1;

  /** A chunk, what it became, and the decoder that makes it so. */
  private final class Slot {
    private final Chunk chunk;
    private final EventBatch events = new EventBatch();
    private final ImportStats counts = new ImportStats();
    private final FtraceDecoder decoder = new FtraceDecoder(layout, limits.lineBytes());

    Slot(Chunk chunk) {
      this.chunk = chunk;
    }

    Slot decode() {
      events.clear();
      counts.clear();
      if (chunk.skipped > 0) {
        events.add(EventKind.DAMAGED, -1, -1, 0, 0, (byte) '.');
        counts.problem(ImportStat.TOO_LONG, "%d bytes without a line end".formatted(chunk.skipped));
        counts.damaged(chunk.skipped);
      }
      decoder.decode(chunk.bytes, 0, chunk.length, chunk.complete, events, counts);
      return this;
    }
  }

  private final Layout layout;
  private final CaptureLimits limits;
  private final ImportStats total;
  private final Consumer<EventBatch> consumer;
  private final ExecutorService threads;
  private final Deque<Slot> free = new ArrayDeque<>();
  private final Deque<Future<Slot>> underWay = new ArrayDeque<>();

  Decoding(Layout layout, CaptureLimits limits, ImportStats total, Consumer<EventBatch> consumer) {
    this.layout = layout;
    this.limits = limits;
    this.total = total;
    this.consumer = consumer;
    threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "decoder");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** A chunk that may be filled and then submitted. */
  Chunk freeChunk() {
    while (free.isEmpty() && underWay.size() >= UNDER_WAY) {
      deliver();
    }
    Slot slot = free.isEmpty() ? new Slot(new Chunk(limits.chunkBytes())) : free.peek();
    if (free.isEmpty()) {
      free.push(slot);
    }
    return slot.chunk;
  }

  /** Decodes a chunk: the one last given, or the first, which came from elsewhere. */
  void submit(Chunk chunk) {
    Slot slot = !free.isEmpty() && free.peek().chunk == chunk ? free.pop() : new Slot(chunk);
    underWay.add(threads.submit(slot::decode));
  }

  /** Hands over all that is under way. */
  void finish() {
    while (!underWay.isEmpty()) {
      deliver();
    }
  }

  private void deliver() {
    Slot slot = join(underWay.remove());
    slot.events.firstLine(total.lines() + 1);
    consumer.accept(slot.events);
    total.add(slot.counts);
    free.push(slot);
  }

  private static Slot join(Future<Slot> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while decoding", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a decoder failed", e.getCause());
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
