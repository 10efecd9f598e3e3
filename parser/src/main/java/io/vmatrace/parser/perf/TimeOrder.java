package io.vmatrace.parser.perf;

import io.vmatrace.parser.event.EventBatch;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Puts events in the order of time. perf writes the buffers of the CPUs one after the other, each in order, and a mark at the end of
 * each round. What is older than the newest event of the round before the last mark cannot come any more
 * (tools/perf/util/ordered-events.c, above process_finished_round()). Only so many events are held back: where no marks come, an
 * event that is very late stays late. Events of one time stay in the order of the file.
 */
final class TimeOrder {
  /** As many as an {@link EventBatch} has room for from the beginning. */
  private static final int CHUNK_EVENTS = 1 << 14;

  private static final int MOST_HELD_BACK = 1 << 19;
  private static final int MOST_CHUNKS = MOST_HELD_BACK / CHUNK_EVENTS + 8;

  /** Takes over full batches, and gives an empty one for each. */
  interface Out {
    EventBatch next(EventBatch full);
  }

  /** Events as they were read. */
  private static final class Chunk {
    private final EventBatch events = new EventBatch();
    private Chunk next = this;
    private int left;

    Chunk(boolean raw) {
      events.keepRaw(raw);
    }
  }

  /** Events in order, one after the other: what is left of them. */
  private static final class Run {
    private Chunk chunk;
    private int i;
    private int left;
    private long time;
    private final long number;

    Run(Chunk chunk, int i, long time, long number) {
      this.chunk = chunk;
      this.i = i;
      this.time = time;
      this.number = number;
    }

    /** How many of its next events, of one chunk, come up to a time; the first one does. */
    int upTo(long last, int most) {
      int n = 1;
      while (n < most && chunk.events.time(i + n) <= last) {
        n++;
      }
      return n;
    }

    /** Goes over so many events of its chunk. */
    void skip(int events) {
      left -= events;
      if (left == 0) {
        return;
      }
      i += events;
      if (i == CHUNK_EVENTS) {
        chunk = chunk.next;
        i = 0;
      }
      time = chunk.events.time(i);
    }

    boolean isBefore(Run other) {
      return time != other.time ? time < other.time : number < other.number;
    }
  }

  private final Out out;
  private final boolean raw;
  private final Deque<Chunk> free = new ArrayDeque<>();
  private EventBatch batch;
  private Chunk tail;
  private int chunks = 1;

  /** The runs that are not empty: a heap, the one with the oldest event first. */
  private Run[] heap = new Run[64];

  private int runs;
  private long runNumber;
  private Run growing;
  private long newestOfRun;
  private int heldBack;
  private long newest = Long.MIN_VALUE;
  private long newestOfRound = Long.MIN_VALUE;

  TimeOrder(EventBatch first, boolean raw, Out out) {
    this.out = out;
    this.raw = raw;
    batch = first;
    tail = new Chunk(raw);
    growing = new Run(tail, 0, 0, 0);
  }

  /** Where the next event is to be added; then call {@link #added}. */
  EventBatch tail() {
    return tail.events;
  }

  /** Takes the event that was added last. */
  void added() {
    int i = tail.events.size() - 1;
    long time = tail.events.time(i);
    if (growing.left == 0 || time < newestOfRun) {
      growing = new Run(tail, i, time, runNumber++);
      push(growing);
    }
    growing.left++;
    newestOfRun = time;
    newest = Math.max(newest, time);
    tail.left++;
    heldBack++;
    if (i == CHUNK_EVENTS - 1) {
      newTail();
    }
    if (heldBack > MOST_HELD_BACK || chunks > MOST_CHUNKS) {
      give(Long.MAX_VALUE, chunks > MOST_CHUNKS ? 0 : MOST_HELD_BACK / 2);
    }
  }

  /** A round is over. */
  void round() {
    give(newestOfRound, 0);
    newestOfRound = newest;
  }

  /** Nothing comes any more. */
  void finish() {
    give(Long.MAX_VALUE, 0);
    if (batch.size() > 0) {
      batch = out.next(batch);
    }
  }

  /** Gives out events up to a time, oldest first, until only so many are left. */
  private void give(long upTo, int left) {
    while (runs > 0 && heldBack > left && heap[0].time <= upTo) {
      Run run = heap[0];
      give(run, Math.min(upTo, lastBefore(second(), run)), left);
      if (run.left == 0) {
        heap[0] = heap[--runs];
      }
      sink();
    }
  }

  /** The last time at which an event of a run comes before the next one of another run. */
  private static long lastBefore(@Nullable Run other, Run run) {
    return other == null ? Long.MAX_VALUE : run.number < other.number ? other.time : other.time - 1;
  }

  /** Gives out the first event of a run, and those after it up to a time, until only so many are left. */
  private void give(Run run, long upTo, int left) {
    do {
      Chunk chunk = run.chunk;
      int most = Math.min(Math.min(run.left, CHUNK_EVENTS - run.i), Math.min(heldBack - left, CHUNK_EVENTS - batch.size()));
      int given = run.upTo(upTo, most);
      batch.append(chunk.events, run.i, given);
      heldBack -= given;
      if (batch.size() == CHUNK_EVENTS) {
        batch = out.next(batch);
      }
      run.skip(given);
      chunk.left -= given;
      if (chunk.left == 0 && chunk != tail) {
        free.push(chunk);
        chunks--;
      }
    } while (run.left > 0 && heldBack > left && run.time <= upTo);
  }

  private void newTail() {
    Chunk full = tail;
    Chunk chunk = free.isEmpty() ? new Chunk(raw) : free.pop();
    chunk.events.clear();
    chunks++;
    full.next = chunk;
    tail = chunk;
    if (full.left == 0) {
      free.push(full);
      chunks--;
    }
  }

  private @Nullable Run second() {
    if (runs < 3) {
      return runs < 2 ? null : heap[1];
    }
    return heap[1].isBefore(heap[2]) ? heap[1] : heap[2];
  }

  private void push(Run run) {
    if (runs == heap.length) {
      heap = Arrays.copyOf(heap, runs * 2);
    }
    int at = runs++;
    while (at > 0 && run.isBefore(heap[(at - 1) / 2])) {
      heap[at] = heap[(at - 1) / 2];
      at = (at - 1) / 2;
    }
    heap[at] = run;
  }

  /** Lets the first run of the heap sink to its place. */
  private void sink() {
    Run run = heap[0];
    int at = 0;
    for (int child = 1; child < runs; child = 2 * at + 1) {
      if (child + 1 < runs && heap[child + 1].isBefore(heap[child])) {
        child++;
      }
      if (!heap[child].isBefore(run)) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = run;
  }
}
