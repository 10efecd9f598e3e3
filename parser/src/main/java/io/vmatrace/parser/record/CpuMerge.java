package io.vmatrace.parser.record;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.input.CaptureException;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Merges the events of several CPUs into one stream in the order of time. Of events of the same time those of the stream that was
 * named first come first; the events of one stream keep their order, whatever their times are, so that a marker stays where it is.
 */
public final class CpuMerge {
  private static final int BATCH = 1 << 13;

  /** The events of one CPU. */
  public interface Stream {
    /**
     * The next events, at least one; null when there are no more. They are valid until the next call.
     *
     * @throws CaptureException when the rest cannot be read
     */
    @Nullable EventBatch next() throws CaptureException;
  }

  private final List<? extends Stream> streams;
  private final EventBatch out = new EventBatch(BATCH);
  private final Predicate<EventBatch> wantsMore;

  /** For each stream the batch in hand, the place in it and the time there; the batch of a stream that has ended is not used. */
  private final EventBatch[] heads;

  private final int[] places;
  private final long[] times;

  /** Streams that have events, as a heap with the one that is next at its top. */
  private final int[] heap;

  private int live;
  private long handedOver;
  private boolean stopped;

  /**
   * @param streams in the order that decides between events of the same time
   * @param raw whether the events' bytes are handed over too
   * @param wantsMore told of each batch, which is reused; false when it wants no more
   */
  public CpuMerge(List<? extends Stream> streams, boolean raw, Predicate<EventBatch> wantsMore) {
    this.streams = streams;
    this.wantsMore = wantsMore;
    out.keepRaw(raw);
    heads = new EventBatch[streams.size()];
    places = new int[streams.size()];
    times = new long[streams.size()];
    heap = new int[streams.size()];
  }

  /**
   * Merges until all streams have ended or no more is wanted.
   *
   * @return how many events were handed over
   * @throws CaptureException when a stream cannot be read further; what came before has been handed over
   */
  public long run() throws CaptureException {
    try {
      for (int s = 0; s < streams.size(); s++) {
        if (load(s)) {
          heap[live++] = s;
        }
      }
      for (int i = live / 2 - 1; i >= 0; i--) {
        sink(i);
      }
      while (live > 1 && !stopped) {
        copyRun(heap[0], next());
        sink(0);
      }
      while (live == 1 && !stopped) {
        passOn(heap[0]);
      }
    } finally {
      handOver(out);
    }
    return handedOver;
  }

  /** Takes the next batch of a stream; false when it has ended. */
  private boolean load(int s) throws CaptureException {
    EventBatch batch = streams.get(s).next();
    if (batch == null) {
      return false;
    }
    heads[s] = batch;
    places[s] = 0;
    times[s] = batch.time(0);
    return true;
  }

  /** The stream that comes after the one at the top. */
  private int next() {
    return live > 2 && isBefore(heap[2], heap[1]) ? heap[2] : heap[1];
  }

  /** Copies the events of a stream that come before those of another. */
  private void copyRun(int s, int other) throws CaptureException {
    EventBatch from = heads[s];
    int n = from.size();
    long limit = s < other ? times[other] : times[other] - 1;
    int i = places[s] + 1;
    while (i < n && from.time(i) <= limit) {
      i++;
    }
    out.append(from, places[s], i - places[s]);
    if (out.size() >= BATCH) {
      handOver(out);
    }
    if (i < n) {
      places[s] = i;
      times[s] = from.time(i);
    } else if (!load(s)) {
      heap[0] = heap[--live];
    }
  }

  /** Hands over what the last stream has, without a copy where a whole batch is left. */
  private void passOn(int s) throws CaptureException {
    EventBatch from = heads[s];
    if (places[s] > 0) {
      out.append(from, places[s], from.size() - places[s]);
    } else {
      handOver(out);
      handOver(from);
    }
    if (!stopped && !load(s)) {
      live = 0;
    }
  }

  private void handOver(EventBatch batch) {
    if (batch.size() > 0 && !stopped) {
      batch.firstLine(handedOver + 1);
      handedOver += batch.size();
      stopped = !wantsMore.test(batch);
    }
    if (batch == out) {
      out.clear();
    }
  }

  /** Moves an entry of the heap down to its place. */
  private void sink(int from) {
    int i = from;
    int moved = live > 0 ? heap[i] : 0;
    for (int child; (child = 2 * i + 1) < live; i = child) {
      if (child + 1 < live && isBefore(heap[child + 1], heap[child])) {
        child++;
      }
      if (!isBefore(heap[child], moved)) {
        break;
      }
      heap[i] = heap[child];
    }
    if (live > 0) {
      heap[i] = moved;
    }
  }

  private boolean isBefore(int a, int b) {
    return times[a] < times[b] || times[a] == times[b] && a < b;
  }
}
