package io.vmatrace.cli.record;

import io.vmatrace.parser.tracedat.EventCount;
import io.vmatrace.parser.tracedat.PageFrames;
import io.vmatrace.parser.tracedat.RecorderProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Threads that move the pages of all CPUs into files while the kernel makes them. Who wants to read along is told how far they are. */
final class PageMovers implements RecorderProgress {
  /** More threads than this would only take time from the program that is recorded. */
  private static final int MOST_THREADS = 16;

  /** How long a thread sleeps when its CPUs have no full page: what a CPU makes in this time is a small part of the smallest buffer. */
  private static final int NAP_MILLISECONDS = 5;

  /** What is taken and not yet written is not older than this. */
  private static final int FLUSH_NAPS = 200;

  /** Who reads along has all events after so long, in nanoseconds. */
  private static final long ROUND = 200_000_000;

  /** An event's time is taken before it is in the buffer: who writes it may have to wait for its processor in between. */
  private static final long LATE = 20_000_000;

  private final TraceInstance instance;
  private final Path folder;
  private final EventCount counting;
  private final List<Thread> threads = new ArrayList<>();
  private final List<PageFrames> frames = Collections.synchronizedList(new ArrayList<>());
  private final Map<Integer, Long> events = new ConcurrentHashMap<>();
  private final boolean isReadAlong;
  private volatile long[] roundsBegun = {};
  private volatile long shown = Long.MIN_VALUE;
  private volatile boolean finished;
  private volatile boolean stopped;
  private volatile @Nullable IOException failure;

  /**
   * Nothing moves yet.
   *
   * @param isReadAlong whether somebody reads what is written at once: then pages are moved that are not full
   */
  PageMovers(TraceInstance instance, Path folder, EventCount counting, boolean isReadAlong) {
    this.isReadAlong = isReadAlong;
    this.instance = instance;
    this.folder = folder;
    this.counting = counting;
  }

  /** Begins. */
  void start(List<Integer> cpus) {
    int count = Math.min(MOST_THREADS, cpus.size());
    long[] begun = new long[count];
    Arrays.fill(begun, Long.MIN_VALUE);
    roundsBegun = begun;
    for (int i = 0; i < count; i++) {
      int first = i;
      List<Integer> ours = cpus.stream().filter(cpu -> cpus.indexOf(cpu) % count == first).toList();
      Thread thread = new Thread(() -> run(first, ours), "pages " + ours);
      threads.add(thread);
      thread.start();
    }
  }

  /** What went wrong, or null. */
  @Nullable IOException failure() {
    return failure;
  }

  /** Moves what is left, when nothing is recorded any more; the pages of all CPUs. */
  List<PageFrames> finish() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join();
    }
    synchronized (this) {
      finished = true;
      notifyAll();
    }
    return frames();
  }

  /** How many events of a CPU were moved, when all is moved. */
  long events(int cpu) {
    return events.getOrDefault(cpu, 0L);
  }

  /** Waits for the next round of all threads; a round has every event from before its begin. */
  @Override
  public synchronized long await() throws InterruptedException {
    while (!finished) {
      long whole = Arrays.stream(roundsBegun).min().orElse(Long.MIN_VALUE);
      if (whole > shown) {
        shown = whole;
        return whole - LATE;
      }
      wait();
    }
    return Long.MAX_VALUE;
  }

  @Override
  public List<PageFrames> frames() {
    synchronized (frames) {
      return List.copyOf(frames);
    }
  }

  private synchronized void round(int thread, long begun) {
    roundsBegun[thread] = begun;
    notifyAll();
  }

  private void run(int number, List<Integer> cpus) {
    List<CpuStream> streams = new ArrayList<>();
    try (LinuxCalls calls = new LinuxCalls()) {
      calls.hurry();
      try {
        for (int cpu : cpus) {
          CpuStream stream = new CpuStream(calls, cpu, instance.pages(cpu), folder.resolve("cpu%d.raw.zst".formatted(cpu)), counting);
          streams.add(stream);
          frames.add(stream.frames());
        }
        move(number, streams);
      } finally {
        for (CpuStream stream : streams) {
          events.put(stream.frames().cpu(), stream.writtenEvents());
          stream.close();
        }
      }
    } catch (IOException e) {
      failure = e;
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      failure = new IOException("pages cannot be moved: " + e, e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void move(int number, List<CpuStream> streams) throws IOException, InterruptedException {
    long next = System.nanoTime() + ROUND; // the trace clock mono counts as nanoTime() does: CLOCK_MONOTONIC
    for (int naps = 1; !stopped && failure == null; naps++) {
      boolean any = false;
      if (isReadAlong && System.nanoTime() - next >= 0) {
        long begun = System.nanoTime();
        for (CpuStream stream : streams) {
          stream.moveAll();
        }
        round(number, begun);
        next = begun + ROUND;
      }
      for (CpuStream stream : streams) {
        any |= stream.move();
        if (naps % FLUSH_NAPS == 0) {
          stream.flush();
        }
      }
      if (!any) {
        Thread.sleep(NAP_MILLISECONDS);
      }
    }
    for (CpuStream stream : streams) {
      stream.finish();
    }
  }
}
