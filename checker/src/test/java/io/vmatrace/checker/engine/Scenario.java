package io.vmatrace.checker.engine;

import io.vmatrace.checker.protocol.ProgramId;
import io.vmatrace.checker.protocol.StepId;
import java.util.SplittableRandom;

/**
 * Random operations of a few tasks in two mms, made from a seed. Addresses are small: [ALWAYS, ALWAYS_END) is always mapped, and replaced
 * by MAP_FIXED; [SPARE, SPARE_END) is mapped, changed and unmapped.
 */
final class Scenario {
  private static final long ALWAYS = 10;
  private static final long ALWAYS_END = 14;
  private static final long SPARE = 20;
  private static final long SPARE_END = 28;
  private static final long STACK_END = 44;
  private static final long MOVED = 60;

  private final Machine machine;
  private final Programs programs;
  private final Run run;
  private final SplittableRandom random;

  private Scenario(Machine machine, long seed) {
    this.machine = machine;
    this.random = new SplittableRandom(seed);
    programs = new Programs(machine.variant);
    run = new Run(machine, programs);
  }

  /** Two tasks or three in one mm, one in another, each with a few operations; then all exit. */
  static Run of(Machine machine, long seed) {
    Scenario scenario = new Scenario(machine, seed);
    if (seed % 2 == 0) {
      scenario.process(100, 2 + scenario.random.nextInt(2));
      scenario.process(200, 1);
    } else if (seed % 8 == 5 && scenario.programs.forkAndExit.dupMmapKillable != null) {
      scenario.killedFork(scenario.programs.forkAndExit.dupMmapKillable);
    } else {
      scenario.reuse();
    }
    return scenario.run;
  }

  /** 101 faults where 100 unmaps; 200 maps something in another mm and exits, and then 201 in a third. */
  static Run wrongOwner(Machine machine) {
    Scenario scenario = new Scenario(machine, 0);
    MmStruct mm = machine.newMm();
    TaskStruct writer = machine.newTask(100);
    scenario.map(writer, mm, SPARE, SPARE);
    scenario.then(machine.newTask(101), p -> p.faulting.fault, mm, SPARE, 0, 0);
    scenario.then(writer, p -> p.unmapping.munmap, mm, SPARE, SPARE, 0);
    for (int pid = 200; pid < 202; pid++) {
      MmStruct other = machine.newMm();
      TaskStruct task = machine.newTask(pid);
      scenario.then(task, p -> p.mapping.mmap, other, SPARE, SPARE, 3);
      scenario.run.then(task, Run.of(p -> p.forkAndExit.mmput, f -> f.mm = other));
    }
    return scenario.run;
  }

  /** The schedule of B14, step by step; after it another mm takes the VMA's memory. No random schedule finds it. */
  static Script wrongOwnerScript() {
    return new Script()
        .until(101, StepId.REFCOUNT_INC)
        .until(100, StepId.NONE)
        .until(200, StepId.NONE)
        .until(101, StepId.REFCOUNT_DEC)
        .until(200, StepId.REFCNT)
        .then(101)
        .until(200, StepId.NONE)
        .until(201, StepId.NONE)
        .until(201, StepId.NONE);
  }

  /** 101 reads /proc/PID/maps where 100 unmaps; 200 maps something in another mm. */
  static Run foreignMaps(Machine machine) {
    Scenario scenario = new Scenario(machine, 0);
    MmStruct mm = machine.newMm();
    TaskStruct writer = machine.newTask(100);
    scenario.map(writer, mm, SPARE, SPARE);
    scenario.then(machine.newTask(101), p -> p.faulting.readMaps, mm, SPARE, SPARE, 0);
    scenario.then(writer, p -> p.unmapping.munmap, mm, SPARE, SPARE, 0);
    scenario.then(machine.newTask(200), p -> p.mapping.mmap, machine.newMm(), SPARE, SPARE, 3);
    return scenario.run;
  }

  /** Its schedule: the walk has found a VMA, and has not got its lock, when another mm takes the memory. */
  static Script foreignMapsScript() {
    return new Script().until(101, StepId.REFCOUNT_INC).until(100, StepId.NONE).until(200, StepId.NONE);
  }

  /** 101 reads /proc/PID/maps where 100 maps something else over it, and then something after it. */
  static Run shrunkMaps(Machine machine) {
    Scenario scenario = new Scenario(machine, 0);
    MmStruct mm = machine.newMm();
    TaskStruct writer = machine.newTask(100);
    scenario.map(writer, mm, ALWAYS, ALWAYS_END - 1);
    mm.alwaysFrom = ALWAYS;
    mm.alwaysTo = ALWAYS_END - 1;
    scenario.then(machine.newTask(101), p -> p.faulting.readMaps, mm, ALWAYS, SPARE, 0);
    scenario.then(writer, p -> p.mapping.mmap, mm, ALWAYS, ALWAYS_END - 1, 1);
    scenario.then(writer, p -> p.mapping.mmap, mm, SPARE, SPARE, 3);
    return scenario.run;
  }

  /** Its schedule: the walk has found a VMA, and has not got its lock, when the same mm takes the memory for a VMA after it. */
  static Script shrunkMapsScript() {
    return new Script().until(101, StepId.REFCOUNT_INC).until(100, StepId.NONE).until(100, StepId.NONE);
  }

  /** A fault in a VMA that as many readers hold as can be: nobody makes so many, so the count begins there. */
  static Run manyReaders(Machine machine) {
    Scenario scenario = new Scenario(machine, 0);
    MmStruct mm = machine.newMm();
    TaskStruct task = machine.newTask(100);
    scenario.map(task, mm, SPARE, SPARE);
    VmAreaStruct vma = mm.tree.slots().getFirst().vma();
    vma.anonVma = true;
    vma.refcnt = VmAreaStruct.REFCNT_LIMIT;
    scenario.then(task, p -> p.faulting.fault, mm, SPARE, 0, 0);
    return scenario.run;
  }

  /** Two tasks fault in one VMA that a third replaces, while a task of another mm takes what was freed, and exits. */
  private void reuse() {
    MmStruct mm = machine.newMm();
    mm.users = 3;
    TaskStruct writer = machine.newTask(100);
    map(writer, mm, SPARE, SPARE);
    for (int i = 1; i < 3; i++) {
      TaskStruct reader = machine.newTask(100 + i);
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        then(reader, p -> p.faulting.fault, mm, SPARE, 0, 0);
      }
      run.then(reader, Run.of(p -> p.forkAndExit.mmput, f -> f.mm = mm));
    }
    then(writer, p -> p.unmapping.munmap, mm, SPARE, SPARE, 0);
    then(writer, p -> p.mapping.mmap, mm, SPARE, SPARE, 3);
    run.then(writer, Run.of(p -> p.forkAndExit.mmput, f -> f.mm = mm));
    for (int i = 0; i < 2; i++) {
      MmStruct other = machine.newMm();
      TaskStruct task = machine.newTask(200 + i);
      then(task, p -> p.mapping.mmap, other, SPARE, SPARE, 3);
      then(task, p -> p.faulting.fault, other, SPARE, 0, 0);
      if (random.nextBoolean()) {
        then(task, p -> p.unmapping.munmap, other, SPARE, SPARE, 0);
      }
      run.then(task, Run.of(p -> p.forkAndExit.mmput, f -> f.mm = other));
    }
  }

  /** 100 forks while two threads of it fault and change what it copies; 200 kills it somewhere on the way. */
  private void killedFork(Program dupMmap) {
    MmStruct mm = machine.newMm();
    mm.users = 3;
    TaskStruct forker = machine.newTask(100);
    map(forker, mm, SPARE, SPARE + 1);
    map(forker, mm, SPARE + 3, SPARE + 3);
    for (int pid = 101; pid < 103; pid++) {
      TaskStruct thread = machine.newTask(pid);
      then(thread, p -> p.faulting.fault, mm, random.nextBoolean() ? SPARE : SPARE + 3, 0, 0);
      then(thread, p -> p.faulting.fault, mm, random.nextBoolean() ? SPARE : SPARE + 3, 0, 0);
      then(thread, p -> p.mapping.mprotect, mm, SPARE, SPARE + 1, 1);
      run.then(thread, Run.of(p -> p.forkAndExit.mmput, f -> f.mm = mm));
    }
    MmStruct child = machine.newMm();
    run.then(forker, Run.of(p -> dupMmap, f -> {
      f.mm = mm;
      f.otherMm = child;
    }));
    run.then(forker, Run.of(p -> p.forkAndExit.mmput, f -> f.mm = child));
    run.then(forker, Run.of(p -> p.forkAndExit.mmput, f -> f.mm = mm));
    TaskStruct killer = machine.newTask(200);
    MmStruct other = machine.newMm();
    then(killer, p -> p.mapping.mmap, other, SPARE, SPARE, 3);
    run.then(killer, (task, _) -> task.begin(ForkAndExit.kill(forker)));
    run.then(killer, Run.of(p -> p.forkAndExit.mmput, f -> f.mm = other));
  }

  private void process(int pid, int threads) {
    MmStruct mm = machine.newMm();
    mm.users = threads;
    TaskStruct first = machine.newTask(pid);
    map(first, mm, ALWAYS, ALWAYS_END - 1);
    map(first, mm, SPARE + 2, SPARE + 5);
    map(first, mm, STACK_END - 2, STACK_END - 1);
    first.begin(Program.named(ProgramId.MMAP).act(StepId.VMA_ITER_STORE, f -> {
      mm.alwaysFrom = ALWAYS;
      mm.alwaysTo = ALWAYS_END - 1;
    }).build());
    prepare(first);
    for (int i = 0; i < threads; i++) {
      TaskStruct task = i == 0 ? first : machine.newTask(pid + i);
      for (int n = 2 + random.nextInt(4); n > 0; n--) {
        operation(task, mm);
      }
      run.then(task, Run.of(p -> p.forkAndExit.mmput, f -> f.mm = mm));
    }
  }

  /** What one task does before there are others. */
  private static void prepare(TaskStruct task) {
    while (!task.isIdle()) {
      task.step();
    }
  }

  private void map(TaskStruct task, MmStruct mm, long first, long last) {
    Run.of(p -> p.mapping.mmap, f -> {
      f.mm = mm;
      f.first = first;
      f.last = last;
      f.value = 3;
    }).begin(task, programs);
    prepare(task);
  }

  private void operation(TaskStruct task, MmStruct mm) {
    long at = random.nextBoolean() ? between(ALWAYS, ALWAYS_END) : between(SPARE, SPARE_END);
    long spare = between(SPARE, SPARE_END);
    long spareLast = Math.min(SPARE_END - 1, spare + random.nextInt(4));
    long always = between(ALWAYS, ALWAYS_END);
    long alwaysLast = Math.min(ALWAYS_END - 1, always + random.nextInt(3));
    int prot = 1 + 2 * random.nextInt(2);
    switch (random.nextInt(18)) {
      case 0, 1, 2, 3 -> then(task, p -> p.faulting.fault, mm, at, 0, 0);
      case 4 -> then(task, p -> p.unmapping.munmap, mm, spare, spareLast, 0);
      case 5 -> then(task, p -> p.mapping.mmap, mm, spare, spareLast, prot);
      case 6 -> then(task, p -> p.mapping.mmap, mm, always, alwaysLast, prot);
      case 7 -> then(task, p -> p.mapping.mprotect, mm, always, alwaysLast, prot);
      case 8 -> then(task, p -> p.faulting.dontneed, mm, at, 0, 0);
      case 9 -> then(task, p -> p.faulting.readMaps, mm, ALWAYS, ALWAYS_END - 1, 0);
      case 10 -> then(task, p -> p.faulting.uffdMove, mm, at, between(SPARE, SPARE_END), 0);
      case 11 -> then(task, p -> p.resizing.expandDownwards, mm, STACK_END - 3, STACK_END - 3, 0);
      case 12 -> then(task, p -> p.unmapping.munmapFails, mm, spare, spareLast, 0);
      case 13 -> then(task, p -> p.resizing.mremap, mm, spare, MOVED, 0);
      case 14 -> then(task, p -> p.unmapping.munmap, mm, MOVED, MOVED + SPARE_END - SPARE, 0);
      case 15 -> then(task, p -> p.resizing.brk, mm, STACK_END, STACK_END + random.nextInt(2), 0);
      case 16 -> exec(task);
      default -> fork(task, mm);
    }
  }

  /** A new mm is built and left again, as by an exec that fails late. */
  private void exec(TaskStruct task) {
    MmStruct built = machine.newMm();
    then(task, p -> p.mapping.mmap, built, STACK_END - 1, STACK_END - 1, 3);
    then(task, p -> p.resizing.expandDownwards, built, STACK_END - 2, STACK_END - 2, 0);
    then(task, p -> p.resizing.mremap, built, STACK_END - 2, MOVED, 0);
    run.then(task, Run.of(p -> p.forkAndExit.mmput, f -> f.mm = built));
  }

  /** A fork whose child exits at once, as a task of its own would. */
  private void fork(TaskStruct task, MmStruct mm) {
    MmStruct child = machine.newMm();
    run.then(task, Run.of(p -> p.forkAndExit.dupMmap, f -> {
      f.mm = mm;
      f.otherMm = child;
    }));
    run.then(task, Run.of(p -> p.forkAndExit.mmput, f -> f.mm = child));
  }

  private void then(TaskStruct task, java.util.function.Function<Programs, Program> program, MmStruct mm, long first, long last, int value) {
    run.then(task, Run.of(program, f -> {
      f.mm = mm;
      f.first = first;
      f.last = last;
      f.value = value;
    }));
  }

  private long between(long from, long to) {
    return random.nextLong(from, to);
  }
}
