package io.vmatrace.checker.concurrent;

import io.vmatrace.checker.protocol.Variant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Random operations of some tasks in two mms, and in those that they fork and exec, on real threads, for a time. */
final class Stress {
  /** As many as keep all processors busy while some sleep, and no fewer than it takes to be in each other's way. */
  private static final int TASKS = Math.max(5, Runtime.getRuntime().availableProcessors() + 2);

  /** Between two looks at the tasks passes no more, but where the whole program stood still. */
  private static final long MOST_BETWEEN_LOOKS = TimeUnit.MILLISECONDS.toNanos(200);

  private static final long PAGE = 4096;

  /** Pages that are always mapped, and replaced; pages that are mapped and unmapped; and pages to which VMAs are moved. */
  private static final int ALWAYS = 10;

  private static final int ALWAYS_END = 14;
  private static final int SPARE = 14;
  private static final int SPARE_END = 20;
  private static final int MOVED = 40;
  private static final int MOVED_END = 46;

  /** Addresses that are always mapped, the last one inside. */
  static final long ALWAYS_FIRST = page(ALWAYS);

  static final long ALWAYS_LAST = page(ALWAYS_END) - 1;

  /** What a task does, and how often of 41 times. */
  private enum Kind {
    BRK(1),
    DONTNEED(3),
    EXEC(1),
    EXPAND_DOWNWARDS(1),
    FAULT(17),
    FORK(1),
    MMAP(3),
    MPROTECT(3),
    MREMAP(2),
    MUNMAP(3),
    MUNMAP_FAILS(1),
    READ_MAPS(2),
    SIGKILL(1),
    UFFD_MOVE(2);

    private static final Kind[] EACH = Arrays.stream(values()).flatMap(kind -> Collections.nCopies(kind.often, kind).stream()).toArray(Kind[]::new);

    private final int often;

    Kind(int often) {
      this.often = often;
    }

    private static Kind any(SplittableRandom random) {
      return EACH[random.nextInt(EACH.length)];
    }
  }

  private final Variant variant;
  private final boolean delays;
  private final ConcurrentMachine machine;
  private final Mm[] mms;
  private final AtomicReferenceArray<@Nullable Task> tasks = new AtomicReferenceArray<>(TASKS);
  private final AtomicReference<@Nullable String> broken = new AtomicReference<>();
  private final AtomicLongArray operations = new AtomicLongArray(TASKS);
  private final AtomicLongArray kinds = new AtomicLongArray(Kind.values().length);
  private volatile boolean over;

  /**
   * @param delays whether tasks are slow now and then; if not, they are as fast as they can be
   */
  Stress(Variant variant, boolean delays) {
    this.variant = variant;
    this.delays = delays;
    machine = new ConcurrentMachine(variant, ConcurrentRwSemaphore::new, VmaLock.of(variant), StressVma::new);
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
        machine.mapping.mmap(task, mm, ALWAYS_FIRST, ALWAYS_LAST, 3);
      }
    } catch (StressTask.Halted e) {
      over = true;
    }
  }

  /** Time in which the whole program stands still counts neither for the one nor for the other. */
  private void watch(long millis, long patience) throws InterruptedException {
    long[] still = new long[TASKS];
    long[] last = new long[TASKS];
    long now = System.nanoTime();
    for (long left = TimeUnit.MILLISECONDS.toNanos(millis); broken.get() == null && left > 0; ) {
      long before = now;
      Thread.sleep(20);
      now = System.nanoTime();
      long passed = Math.min(now - before, MOST_BETWEEN_LOOKS);
      left -= passed;
      for (int i = 0; i < TASKS; i++) {
        still[i] = operations.get(i) == last[i] ? still[i] + passed : 0;
        last[i] = operations.get(i);
        if (still[i] > TimeUnit.MILLISECONDS.toNanos(patience)) {
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

  /** How many operations of each kind were done, by name. */
  SortedMap<String, Long> counts() {
    SortedMap<String, Long> counts = new TreeMap<>();
    for (Kind kind : Kind.values()) {
      counts.put(kind.name().toLowerCase(Locale.ROOT), kinds.get(kind.ordinal()));
    }
    return counts;
  }

  /** The last task has the second mm for itself. */
  private void work(int i) {
    StressTask task = new StressTask(variant, new SplittableRandom(i), broken, delays);
    tasks.set(i, task);
    Mm mm = mms[i / (TASKS - 1)];
    long[] done = new long[Kind.values().length];
    try {
      while (!over) {
        Kind kind = Kind.any(task.random());
        operation(kind, task, mm);
        done[kind.ordinal()]++;
        operations.incrementAndGet(i);
      }
    } catch (StressTask.Halted e) {
      over = true;
    } catch (RuntimeException e) {
      broken.compareAndSet(null, "exception: " + e);
    }
    for (Kind kind : Kind.values()) {
      kinds.addAndGet(kind.ordinal(), done[kind.ordinal()]);
    }
  }

  private void operation(Kind kind, StressTask task, Mm mm) {
    SplittableRandom random = task.random();
    int any = random.nextInt(ALWAYS, SPARE_END);
    int spare = random.nextInt(SPARE, SPARE_END);
    long last = page(Math.min(any < ALWAYS_END ? ALWAYS_END : SPARE_END, any + 1 + random.nextInt(3))) - 1;
    long spareLast = page(Math.min(SPARE_END, spare + 1 + random.nextInt(3))) - 1;
    int prot = 1 + 2 * random.nextInt(2);
    switch (kind) {
      case FAULT -> fault(task, mm, any);
      case DONTNEED -> machine.faulting.dontneed(task, mm, page(any));
      case READ_MAPS -> machine.faulting.readMaps(task, mm, ALWAYS_FIRST, page(MOVED_END) - 1);
      case UFFD_MOVE -> machine.faulting.uffdMove(task, mm, page(any), page(spare));
      case MMAP -> machine.mapping.mmap(task, mm, page(any), last, prot);
      case MPROTECT -> machine.mapping.mprotect(task, mm, page(any), last, prot);
      case MUNMAP -> machine.mapping.munmap(task, mm, page(spare), random.nextInt(8) == 0 ? page(MOVED_END) - 1 : spareLast);
      case MUNMAP_FAILS -> machine.mapping.munmapFails(task, mm, page(any), last);
      case MREMAP -> mremap(task, mm, spare);
      case EXPAND_DOWNWARDS -> machine.resizing.expandDownwards(task, mm, page(spare), spareLast);
      case BRK -> machine.resizing.brk(task, mm, page(spare), spareLast);
      case FORK -> fork(task, mm);
      case SIGKILL -> kill(task);
      case EXEC -> exec(task);
    }
  }

  private void fault(StressTask task, Mm mm, int from) {
    int by = machine.faulting.fault(task, mm, page(from));
    task.demand(by != ConcurrentFaulting.SEGV || from >= ALWAYS_END, "R70", () -> "page %d is always mapped and has no VMA".formatted(from));
  }

  /** There, or back again; what is moved may be as long as all of where it was. */
  private void mremap(StressTask task, Mm mm, int spare) {
    int moved = task.random().nextInt(MOVED, MOVED_END);
    boolean back = task.random().nextBoolean();
    machine.resizing.mremap(task, mm, page(back ? moved : spare), page(back ? spare : moved));
  }

  /** The child does something, and exits at once. A task that was killed is another one from now on. */
  private void fork(StressTask task, Mm mm) {
    task.killed = false;
    Mm child = machine.newMm();
    boolean copied = machine.forkAndExit.dupMmapKillable(task, mm, child);
    for (int n = copied ? task.random().nextInt(4) : 0; n > 0; n--) {
      Kind kind = Kind.any(task.random());
      if (kind != Kind.FORK && kind != Kind.EXEC) {
        operation(kind, task, child);
      }
    }
    machine.forkAndExit.mmput(task, child);
  }

  private void kill(StressTask task) {
    Task victim = tasks.get(task.random().nextInt(TASKS));
    if (victim != null) {
      ConcurrentForkAndExit.kill(task, victim);
    }
  }

  /** A new mm is built, and left again, as by an exec that fails late. */
  private void exec(StressTask task) {
    Mm built = machine.newMm();
    machine.mapping.mmap(task, built, ALWAYS_FIRST, ALWAYS_LAST, 3);
    machine.mapping.mmap(task, built, page(SPARE_END - 1), page(SPARE_END) - 1, 3);
    machine.resizing.expandDownwards(task, built, page(SPARE_END - 2), page(SPARE_END - 1) - 1);
    machine.resizing.mremap(task, built, page(SPARE_END - 2), page(MOVED));
    fault(task, built, ALWAYS);
    machine.forkAndExit.mmput(task, built);
  }

  private static long page(int number) {
    return number * PAGE;
  }
}
