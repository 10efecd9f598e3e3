package io.vmatrace.checker.concurrent;

import io.vmatrace.checker.engine.Variant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Random operations of a few tasks in two mms on real threads, for a time. */
final class Stress {
  private static final int TASKS = 5;
  private static final long PAGE = 4096;

  /** Pages that are always mapped, and replaced; and pages that are mapped and unmapped. */
  private static final int ALWAYS = 10;

  private static final int ALWAYS_END = 14;
  private static final int SPARE = 14;
  private static final int SPARE_END = 20;

  private final Variant variant;
  private final boolean delays;
  private final Machine machine;
  private final Mm[] mms;
  private final AtomicReference<@Nullable String> broken = new AtomicReference<>();
  private final AtomicLongArray operations = new AtomicLongArray(TASKS);
  private volatile boolean over;

  /**
   * @param delays whether tasks are slow now and then; if not, they are as fast as they can be
   */
  Stress(Variant variant, boolean delays) {
    this.variant = variant;
    this.delays = delays;
    machine = new Machine(variant, RwSemaphore::new, VmaLock.of(variant), StressVma::new);
    mms = new Mm[] {machine.newMm(), machine.newMm()};
  }

  /**
   * What broke, as "RULE: what", or null.
   *
   * @param patience after how many milliseconds in which no task ended an operation a wake-up counts as lost
   */
  @Nullable String run(double seconds, long patience) throws InterruptedException {
    prepare();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < TASKS; i++) {
      int task = i;
      threads.add(Thread.ofPlatform().daemon().start(() -> work(task)));
    }
    watch((long) (seconds * 1000), patience);
    over = true;
    for (Thread thread : threads) {
      end(thread, patience);
    }
    return broken.get();
  }

  private void prepare() {
    try {
      StressTask task = new StressTask(variant, new SplittableRandom(0), broken, false);
      for (Mm mm : mms) {
        machine.mapping.mmap(task, mm, page(ALWAYS), page(ALWAYS_END) - 1, 3);
      }
    } catch (StressTask.Halted e) {
      over = true;
    }
  }

  private void watch(long millis, long patience) throws InterruptedException {
    long begin = System.nanoTime();
    long[] moved = new long[TASKS];
    long[] last = new long[TASKS];
    Arrays.fill(moved, begin);
    while (broken.get() == null && System.nanoTime() - begin < TimeUnit.MILLISECONDS.toNanos(millis)) {
      Thread.sleep(20);
      for (int i = 0; i < TASKS; i++) {
        long now = System.nanoTime();
        moved[i] = operations.get(i) == last[i] ? moved[i] : now;
        last[i] = operations.get(i);
        if (now - moved[i] > TimeUnit.MILLISECONDS.toNanos(patience)) {
          broken.compareAndSet(null, "R33: a task does not go on");
        }
      }
    }
  }

  private void end(Thread thread, long patience) throws InterruptedException {
    if (broken.get() == null) {
      thread.join(patience);
    }
    if (thread.isAlive()) {
      broken.compareAndSet(null, "R33: a task sleeps for ever");
    }
    while (thread.isAlive()) {
      LockSupport.unpark(thread);
      thread.join(10);
    }
  }

  /** Operations that were done. */
  long count() {
    long sum = 0;
    for (int i = 0; i < TASKS; i++) {
      sum += operations.get(i);
    }
    return sum;
  }

  /** The last task has the second mm for itself. */
  private void work(int i) {
    StressTask task = new StressTask(variant, new SplittableRandom(i), broken, delays);
    Mm mm = mms[i / (TASKS - 1)];
    try {
      while (!over) {
        operation(task, mm);
        operations.incrementAndGet(i);
      }
    } catch (StressTask.Halted e) {
      over = true;
    } catch (RuntimeException e) {
      broken.compareAndSet(null, "exception: " + e);
    }
  }

  private void operation(StressTask task, Mm mm) {
    SplittableRandom random = task.random();
    int from = random.nextInt(ALWAYS, SPARE_END);
    long last = page(Math.min(from < ALWAYS_END ? ALWAYS_END : SPARE_END, from + 1 + random.nextInt(3))) - 1;
    int prot = 1 + 2 * random.nextInt(2);
    switch (random.nextInt(12)) {
      case 0 -> machine.mapping.munmap(task, mm, page(Math.max(from, SPARE)), Math.max(last, page(SPARE + 1) - 1));
      case 1 -> machine.mapping.mmap(task, mm, page(from), last, prot);
      case 2 -> machine.mapping.mprotect(task, mm, page(from), last, prot);
      case 3 -> machine.faulting.dontneed(task, mm, page(from));
      case 4 -> walk(task, mm);
      default -> fault(task, mm, from);
    }
  }

  private void fault(StressTask task, Mm mm, int from) {
    int by = machine.faulting.fault(task, mm, page(from));
    task.demand(by != Faulting.SEGV || from >= ALWAYS_END, "R70", () -> "page %d is always mapped and has no VMA".formatted(from));
  }

  private static void walk(StressTask task, Mm mm) {
    MapleTree tree = mm.tree();
    for (int page = ALWAYS; page < ALWAYS_END; page++) {
      int at = page;
      task.demand(tree.load(page(at)) != null, "gap", () -> "page %d is always mapped and a walk finds nothing".formatted(at));
    }
  }

  private static long page(int number) {
    return number * PAGE;
  }
}
