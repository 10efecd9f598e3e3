package io.vmatrace.checker.concurrent;

import io.vmatrace.checker.concurrent.Operation.Call;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/** Runs a workload with one contender in this JVM, a round at a time. Each round begins with mms that have only what is mapped at first. */
final class Bench {
  /** Longest that a histogram can hold: nanoseconds. */
  private static final long MOST_NANOS = 60_000_000_000L;

  private static final int DIGITS = 3;

  /**
   * What a round took.
   *
   * @param nanos from when all tasks begin until the last has ended
   * @param cpuNanos that all tasks together were running on a processor
   */
  record Round(long nanos, long cpuNanos) {}

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Workload workload;
  private final Contender.Runner contender;
  private final int repeats;

  /** What the tasks of all rounds had to do: {@link Task#retries} and so on. */
  private long retries;

  private long writerWaits;
  private long detached;
  private long secondWaits;

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

  /** A round in which each operation's time is taken, which costs more than some operations do. */
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

  long retries() {
    return retries;
  }

  long writerWaits() {
    return writerWaits;
  }

  long detached() {
    return detached;
  }

  long secondWaits() {
    return secondWaits;
  }

  private interface Work {
    void run(Task task, Mm[] mms, Operation[] operations);
  }

  private Round round(Work work) {
    Mm[] mms = mms();
    long[] begun = new long[1];
    AtomicLong cpuNanos = new AtomicLong();
    CyclicBarrier begin = new CyclicBarrier(workload.tasks().size(), () -> begun[0] = System.nanoTime());
    List<Thread> threads = new ArrayList<>();
    for (List<Operation> task : workload.tasks()) {
      Operation[] operations = task.toArray(Operation[]::new);
      threads.add(Thread.ofPlatform().start(() -> run(work, begin, cpuNanos, mms, operations)));
    }
    threads.forEach(Bench::join);
    return new Round(System.nanoTime() - begun[0], cpuNanos.get());
  }

  private void run(Work work, CyclicBarrier begin, AtomicLong cpuNanos, Mm[] mms, Operation[] operations) {
    Task task = new Task();
    try {
      begin.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException("a round was broken off", e);
    }
    long before = THREADS.getCurrentThreadCpuTime();
    work.run(task, mms, operations);
    cpuNanos.addAndGet(THREADS.getCurrentThreadCpuTime() - before);
    count(task);
  }

  private synchronized void count(Task task) {
    retries += task.retries;
    writerWaits += task.writerWaits;
    detached += task.detached;
    secondWaits += task.secondWaits;
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
