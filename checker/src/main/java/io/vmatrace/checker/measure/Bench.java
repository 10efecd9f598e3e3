package io.vmatrace.checker.measure;

import io.vmatrace.checker.concurrent.Mm;
import io.vmatrace.checker.concurrent.Task;
import io.vmatrace.checker.measure.Operation.Call;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;

/** Runs a workload with one contender in this JVM, a round at a time. Each round begins with mms that have only their first mappings. */
final class Bench {
  /** The longest time that a histogram holds, in nanoseconds. */
  private static final long MOST_NANOS = 60_000_000_000L;

  private static final int DIGITS = 3;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Workload workload;
  private final Contender.Runner contender;
  private final int repeats;

  /** What the tasks of all rounds met. */
  private ContentionCounts counts = ContentionCounts.NONE;

  /**
   * @param repeats how often each task does all its operations in a round
   */
  Bench(Workload workload, String contender, int repeats) {
    this.workload = workload;
    this.contender = Contender.of(contender);
    this.repeats = repeats;
  }

  Round round() {
    return round((task, mms, operations) -> {
      for (int i = 0; i < repeats; i++) {
        for (Operation operation : operations) {
          contender.run(operation, task, mms[operation.mm()]);
        }
      }
    });
  }

  /** A round that takes each operation's time, which costs more than some operations: nanoseconds. */
  Map<Call, Histogram> latencies() {
    Map<Call, Histogram> all = new EnumMap<>(Call.class);
    round((task, mms, operations) -> {
      Map<Call, Histogram> own = timed(task, mms, operations);
      synchronized (all) {
        own.forEach((call, histogram) -> all.computeIfAbsent(call, _ -> histogram()).add(histogram));
      }
    });
    return all;
  }

  private Map<Call, Histogram> timed(Task task, Mm[] mms, Operation[] operations) {
    Map<Call, Histogram> own = new EnumMap<>(Call.class);
    for (int i = 0; i < repeats; i++) {
      for (Operation operation : operations) {
        long begin = System.nanoTime();
        contender.run(operation, task, mms[operation.mm()]);
        long took = System.nanoTime() - begin;
        own.computeIfAbsent(operation.call(), _ -> histogram()).recordValue(Math.min(took, MOST_NANOS));
      }
    }
    return own;
  }

  private static Histogram histogram() {
    return new Histogram(MOST_NANOS, DIGITS);
  }

  /** Those of all rounds since the last call. */
  ContentionCounts takeCounts() {
    ContentionCounts taken = counts;
    counts = ContentionCounts.NONE;
    return taken;
  }

  private interface Work {
    void run(Task task, Mm[] mms, Operation[] operations);
  }

  /** One thread's part of a round: when it began and ended, and how long it was on a processor. */
  private record Part(long begin, long end, long cpuNanos) {}

  private Round round(Work work) {
    Mm[] mms = mms();
    List<Part> parts = new ArrayList<>();
    AtomicInteger missing = new AtomicInteger(workload.tasks().size());
    List<Thread> threads = new ArrayList<>();
    for (List<Operation> task : workload.tasks()) {
      Operation[] operations = task.toArray(Operation[]::new);
      threads.add(Thread.ofPlatform().start(() -> run(work, missing, parts, mms, operations)));
    }
    threads.forEach(Bench::join);
    long begin = parts.stream().mapToLong(Part::begin).min().orElseThrow();
    long end = parts.stream().mapToLong(Part::end).max().orElseThrow();
    return new Round(end - begin, parts.stream().mapToLong(Part::cpuNanos).sum());
  }

  @SuppressWarnings("ThreadPriorityCheck") // that others go first is wanted where there are fewer processors than threads
  private void run(Work work, AtomicInteger missing, List<Part> parts, Mm[] mms, Operation[] operations) {
    Task task = new Task();
    missing.decrementAndGet();
    while (missing.get() > 0) { // a thread that sleeps until all are there starts late, by much of a short round
      Thread.yield();
    }
    long cpu = THREADS.getCurrentThreadCpuTime();
    long begin = System.nanoTime();
    work.run(task, mms, operations);
    long end = System.nanoTime();
    Part part = new Part(begin, end, THREADS.getCurrentThreadCpuTime() - cpu);
    synchronized (this) {
      parts.add(part);
      counts = counts.plus(new ContentionCounts(task.retries, task.writerWaits, task.detached, task.secondWaits));
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException("a round was broken off", e);
    }
  }

  private Mm[] mms() {
    Task task = new Task();
    Mm[] mms = new Mm[workload.mms()];
    for (int i = 0; i < mms.length; i++) {
      Mm mm = contender.newMm();
      workload.mapped(i).forEach(range -> contender.run(range, task, mm));
      mms[i] = mm;
    }
    return mms;
  }
}
