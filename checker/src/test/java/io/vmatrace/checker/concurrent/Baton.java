package io.vmatrace.checker.concurrent;

import static io.vmatrace.checker.engine.EngineSteps.range;
import static io.vmatrace.checker.engine.EngineSteps.vma;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.vmatrace.checker.engine.EngineSteps;
import io.vmatrace.checker.engine.EngineSteps.Asked;
import io.vmatrace.checker.engine.EngineSteps.Done;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.protocol.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;

/**
 * Runs operations on threads of which one at a time does one step, as a written-down schedule says. Who has the baton runs to its next
 * step, to sleep or to its end, and hands it back.
 */
final class Baton {
  /** A task that waits for the baton before each step. */
  private static final class Runner extends Task {
    private final Semaphore mine = new Semaphore(0);
    private final Semaphore back;
    private volatile String next = "";
    private volatile boolean asleep;
    private volatile boolean ended;

    private Runner(Semaphore back) {
      this.back = back;
    }

    @Override
    void step(StepId step) {
      next = step.toString();
      handBack();
    }

    @Override
    void park() {
      next = "";
      asleep = true;
      handBack();
    }

    @Override
    void unpark() {
      asleep = false;
    }

    private void handBack() {
      back.release();
      mine.acquireUninterruptibly();
    }

    private void run(Iterable<Runnable> operations) {
      mine.acquireUninterruptibly();
      operations.forEach(Runnable::run);
      next = "";
      ended = true;
      back.release();
    }
  }

  private final Variant variant;
  private final ConcurrentMachine machine;
  private final List<Mm> mms = new ArrayList<>();
  private final List<Vma> vmas = new ArrayList<>();
  private final Map<Integer, Runner> runners = new TreeMap<>();
  private final Semaphore back = new Semaphore(0);

  Baton(Variant variant) {
    this.variant = variant;
    machine = new ConcurrentMachine(variant, ConcurrentRwSemaphore::new, VmaLock.of(variant), this::make);
  }

  private Vma make() {
    Vma vma = new Vma();
    vmas.add(vma);
    return vma;
  }

  /** The same schedule once more: what was done. */
  List<Done> run(List<Asked> operations, List<Done> schedule) {
    for (int i = 0; i < EngineSteps.mms(operations); i++) {
      mms.add(machine.newMm());
      mms.get(i).users.set(EngineSteps.users(operations, i));
    }
    operations.stream().collect(groupingBy(Asked::pid, TreeMap::new, toList())).forEach(this::start);
    List<Done> done = new ArrayList<>();
    for (Done step : schedule) {
      done.add(step(step.pid(), Objects.requireNonNull(runners.get(step.pid()))));
    }
    return done;
  }

  /** Whether there is nobody left who could do a step. */
  boolean isAtEnd() {
    return runners.values().stream().allMatch(runner -> runner.asleep || runner.ended || reachesEnd(runner));
  }

  private boolean reachesEnd(Runner runner) {
    if (runner.next.isEmpty()) {
      give(runner);
    }
    return runner.ended;
  }

  private void start(int pid, List<Asked> operations) {
    Runner runner = new Runner(back);
    runners.put(pid, runner);
    Thread.ofVirtual().start(() -> runner.run(operations.stream().<Runnable>map(asked -> () -> run(runner, asked)).toList()));
  }

  private void run(Runner task, Asked asked) {
    Mm mm = mms.get(asked.mm());
    switch (asked.call()) {
      case FAULT -> machine.faulting.fault(task, mm, asked.first());
      case DONTNEED -> machine.faulting.dontneed(task, mm, asked.first());
      case READ_MAPS -> machine.faulting.readMaps(task, mm, asked.first(), asked.last());
      case UFFD_MOVE -> machine.faulting.uffdMove(task, mm, asked.first(), asked.last());
      case MMAP -> machine.mapping.mmap(task, mm, asked.first(), asked.last(), asked.prot());
      case MUNMAP -> machine.mapping.munmap(task, mm, asked.first(), asked.last());
      case MUNMAP_FAILS -> machine.mapping.munmapFails(task, mm, asked.first(), asked.last());
      case MPROTECT -> machine.mapping.mprotect(task, mm, asked.first(), asked.last(), asked.prot());
      case MREMAP -> machine.resizing.mremap(task, mm, asked.first(), asked.last());
      case EXPAND_DOWNWARDS -> machine.resizing.expandDownwards(task, mm, asked.first(), asked.last());
      case BRK -> machine.resizing.brk(task, mm, asked.first(), asked.last());
      case FORK -> machine.forkAndExit.dupMmap(task, mm, mms.get(asked.child()));
      case FORK_KILLABLE -> machine.forkAndExit.dupMmapKillable(task, mm, mms.get(asked.child()));
      case KILL -> ConcurrentForkAndExit.kill(task, Objects.requireNonNull(runners.get((int) asked.first())));
      case EXIT -> machine.forkAndExit.mmput(task, mm);
    }
  }

  private Done step(int pid, Runner runner) {
    if (runner.next.isEmpty() && !runner.asleep && !runner.ended) {
      give(runner);
    }
    String step = runner.asleep ? "(asleep)" : runner.ended ? "(ended)" : runner.next;
    if (!runner.asleep && !runner.ended) {
      give(runner);
    }
    return new Done(pid, step, state());
  }

  private void give(Runner runner) {
    runner.mine.release();
    back.acquireUninterruptibly();
  }

  private String state() {
    StringBuilder state = new StringBuilder();
    for (Mm mm : mms) {
      state.append(mm.lockSeq()).append(" [");
      ConcurrentMapleTree tree = mm.tree();
      for (int i = 0; i < tree.size(); i++) {
        range(state, tree.first(i), tree.last(i));
        if (variant.isRefcounted() || mm.users.get() > 0) {
          add(state, tree.vma(i));
        }
      }
      state.append("] ");
    }
    if (variant.isRefcounted()) {
      vmas.forEach(vma -> add(state, vma));
    }
    return state.toString();
  }

  private static void add(StringBuilder state, Vma vma) {
    vma(state, vma.start, vma.end, vma.refcnt(), vma.lockSeq(), vma.detached);
  }
}
