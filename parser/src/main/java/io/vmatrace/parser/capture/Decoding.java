package io.vmatrace.parser.capture;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.KernelLog;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.stat.ImportStat;
import io.vmatrace.parser.stat.ImportStats;
import io.vmatrace.parser.text.Chunk;
import io.vmatrace.parser.text.LineDecoder;
import io.vmatrace.parser.text.LineFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Several threads that read and decode chunks, and one that takes them over in the input's order. A thread reads the chunk that it
 * decodes, so that the bytes are still in its processor's cache; one reads at a time. There are only so many chunks, so memory
 * does not grow with the capture.
 */
final class Decoding implements AutoCloseable {
  /** A chunk, what it became, and the decoder that makes it so. */
  private final class Slot {
    private final Chunk chunk;
    private final EventBatch events = new EventBatch(FEW_EVENTS); // it grows once; most captures are small
    private final ImportStats counts = new ImportStats();
    private final LineDecoder decoder = sequential == null ? format.decoder(limits.lineBytes(), names) : sequential;

    /** How far the file had been read when this chunk was; -1 when this is the end and there is no chunk. */
    private long readUpTo;

    Slot(Chunk chunk) {
      this.chunk = chunk;
      events.keepRaw(raw);
    }

    Slot decode() {
      events.clear();
      counts.clear();
      counts.frame(chunk.from);
      if (chunk.skipped > 0) {
        events.addMarker(MarkerEvents.DAMAGED, -1, 0, 0, -chunk.skipped);
        counts.problem(ImportStat.TOO_LONG, "%d bytes without a line end".formatted(chunk.skipped));
        counts.damaged(chunk.skipped);
      }
      decoder.decode(chunk, events, counts);
      return this;
    }
  }

  private static final int FEW_EVENTS = 1 << 10;

  /** How long to wait before looking whether the thread that should deliver is still there. */
  private static final int PATIENCE_MILLISECONDS = 100;

  private final LineFormat format;
  private final CaptureLimits limits;
  private final EventNames names;
  private final boolean raw;
  private final int threadsWanted;

  /** The one decoder of a format whose lines must be seen in order; null when each slot has its own. */
  private final @Nullable LineDecoder sequential;

  private final Chunks chunks;
  private final BlockingQueue<Slot> free = new LinkedBlockingQueue<>();

  /** What has been read, in the input's order. */
  private final BlockingQueue<CompletableFuture<Slot>> read = new LinkedBlockingQueue<>();

  private final List<Thread> threads = new ArrayList<>();
  private final Waypoints waypoints = new Waypoints();
  private int slots;

  /** What ended a thread, other than the end of the input; without memory nothing more can be made of it than this. */
  private volatile @Nullable Throwable failure;

  private long events;
  private boolean ended;

  /** @param raw whether the batches keep the bytes of each event */
  Decoding(LineFormat format, OpenRequest request, boolean raw, Chunks chunks) {
    this.format = format;
    limits = request.limits();
    names = request.names();
    this.raw = raw;
    threadsWanted = format.isSequential() ? 1 : limits.decoderThreads();
    sequential = format.isSequential() ? format.decoder(limits.lineBytes(), names) : null;
    this.chunks = chunks;
  }

  /**
   * Decodes all that there is, and hands it over on this thread.
   *
   * @param first the first chunk, which has been read
   * @throws CaptureException when the rest cannot be read; what came before has been handed over
   */
  void run(Chunk first, ImportStats total, Predicate<EventBatch> wantsMore, LongConsumer progress) throws CaptureException {
    Slot slot = new Slot(first);
    slot.readUpTo = chunks.compressedBytes();
    slots++;
    ended = chunks.isEnded();
    if (sequential == null) {
      start();
      slot.decode();
    } else {
      slot.decode(); // lines that must be seen in order: the first ones before another thread begins
      start();
    }
    boolean more = hand(slot, total, wantsMore);
    progress.accept(slot.readUpTo);
    while (more && !threads.isEmpty()) { // without threads that was all
      free.add(slot);
      slot = next();
      if (slot.readUpTo < 0) {
        break;
      }
      more = hand(slot, total, wantsMore);
      progress.accept(slot.readUpTo);
    }
    if (more && sequential != null) {
      slot.events.clear();
      slot.counts.clear();
      sequential.finish(slot.events);
      hand(slot, total, wantsMore);
    }
  }

  private boolean hand(Slot slot, ImportStats total, Predicate<EventBatch> wantsMore) {
    if (sequential == null && slot.chunk.skipped == 0 && total.lines() > 0) {
      waypoints.offer(total.lines() + 1, total.bytes());
    }
    slot.events.firstLine(format.isNumbered() ? events + 1 : total.lines() + 1);
    slot.events.firstOffset(total.bytes() + slot.chunk.skipped);
    events += slot.events.size();
    total.add(slot.counts);
    return wantsMore.test(slot.events);
  }

  /** Where chunks have begun. */
  Waypoints waypoints() {
    return waypoints;
  }

  /** What the kernel says beside the events, where the format has that. */
  KernelLog log() {
    return sequential == null ? KernelLog.NONE : sequential.log();
  }

  /** Starts the threads, if there is more than the first chunk. */
  private void start() {
    for (int i = 0; i < threadsWanted && !ended; i++) {
      Thread thread = new Thread(this::work, "decoder");
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  /** What one thread does: chunks, until there are no more. */
  private void work() {
    try {
      while (true) {
        Slot slot = freeSlot();
        CompletableFuture<Slot> result = new CompletableFuture<>();
        if (!read(slot, result)) {
          return;
        }
        if (!result.isDone()) {
          decode(slot, result);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // closed: nobody wants more
    } catch (RuntimeException | Error e) {
      failure = e;
    }
  }

  private Slot freeSlot() throws InterruptedException {
    Slot slot = free.poll();
    if (slot == null && isRoomForSlot()) {
      return new Slot(new Chunk(limits.chunkBytes()));
    }
    return slot != null ? slot : free.take();
  }

  private synchronized boolean isRoomForSlot() {
    if (slots > 2 * limits.decoderThreads()) {
      return false;
    }
    slots++;
    return true;
  }

  /** Reads the next chunk into a slot and gives it its place in the order; false when the end was read before. */
  private synchronized boolean read(Slot slot, CompletableFuture<Slot> result) {
    if (ended) {
      return false;
    }
    read.add(result);
    try {
      ended = !chunks.next(slot.chunk);
      slot.readUpTo = ended ? -1 : chunks.compressedBytes();
      if (ended) {
        result.complete(slot);
      }
    } catch (CaptureException | RuntimeException | Error e) {
      ended = true;
      result.completeExceptionally(e);
    }
    return true;
  }

  private static void decode(Slot slot, CompletableFuture<Slot> result) {
    try {
      result.complete(slot.decode());
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(e);
    }
  }

  private Slot next() throws CaptureException {
    try {
      CompletableFuture<Slot> result = read.poll(PATIENCE_MILLISECONDS, TimeUnit.MILLISECONDS);
      while (result == null || !result.isDone() && !isDone(result)) {
        if (failure != null) {
          throw new IllegalStateException("a decoder failed", failure);
        }
        result = result == null ? read.poll(PATIENCE_MILLISECONDS, TimeUnit.MILLISECONDS) : result;
      }
      return result.get();
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

  /** Waits for a result, for a while. */
  private static boolean isDone(CompletableFuture<?> result) throws InterruptedException, ExecutionException {
    try {
      result.get(PATIENCE_MILLISECONDS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException _) {
      return false;
    }
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
  }
}
