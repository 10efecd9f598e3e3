package io.vmatrace.checker.engine;

import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.protocol.Variant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Runs operations in the engine under a seeded schedule, and writes down each step and what all that is shared was then. */
public final class EngineSteps {
  /** What a task does. */
  public enum Call {
    FAULT,
    DONTNEED,
    READ_MAPS,
    /** At {@link Asked#first} and {@link Asked#last}. */
    UFFD_MOVE,
    MMAP,
    MUNMAP,
    MUNMAP_FAILS,
    MPROTECT,
    /** From {@link Asked#first} to {@link Asked#last}. */
    MREMAP,
    EXPAND_DOWNWARDS,
    BRK,
    /** Into the mm {@link Asked#child}. */
    FORK,
    /** The same with locks that SIGKILL ends, where there are such. */
    FORK_KILLABLE,
    EXIT,
    /** SIGKILL to the task whose pid is {@link Asked#first}. */
    KILL
  }

  /**
   * An operation of a task in an mm (from 0), on addresses from first to last, inside.
   *
   * @param child another mm, which has nothing yet; only looked at for a fork
   */
  public record Asked(int pid, int mm, Call call, long first, long last, int prot, int child) {
    /** No fork. */
    public Asked(int pid, int mm, Call call, long first, long last, int prot) {
      this(pid, mm, call, first, last, prot, 0);
    }
  }

  /** How many mms there are. */
  public static int mms(List<Asked> operations) {
    return 1 + operations.stream().mapToInt(asked -> Math.max(asked.mm, asked.child)).max().orElse(-1);
  }

  /** mm_users: how many tasks leave an mm, or one. */
  public static int users(List<Asked> operations, int mm) {
    return Math.max(1, (int) operations.stream().filter(asked -> asked.call == Call.EXIT && asked.mm == mm).count());
  }

  /** A step, and the state after it: as {@link #state} has it. */
  public record Done(int pid, String step, String state) {}

  /** Adds a VMA to a state. */
  public static void vma(StringBuilder state, long start, long end, int refcnt, int lockSeq, boolean detached) {
    range(state, start, end);
    state.append(Integer.toHexString(refcnt)).append('/').append(lockSeq).append(detached ? "d " : " ");
  }

  /** Adds a range to a state. */
  public static void range(StringBuilder state, long first, long last) {
    state.append(Long.toHexString(first)).append('-').append(Long.toHexString(last)).append(' ');
  }

  /** Holds one task back for a while now and then, long enough for the others to do whole operations. */
  private static final class Delays implements Scheduler {
    private final SplittableRandom random;
    private final Scheduler others;
    private int heldPid;
    private int left;

    private Delays(long seed) {
      random = new SplittableRandom(seed);
      others = new RandomScheduler(seed);
    }

    @Override
    public TaskStruct next(List<TaskStruct> runnable) {
      if (left-- <= 0 && random.nextInt(8) == 0) {
        heldPid = runnable.get(random.nextInt(runnable.size())).pid();
        left = random.nextInt(100);
      }
      List<TaskStruct> rest = left <= 0 ? runnable : runnable.stream().filter(task -> task.pid() != heldPid).toList();
      return others.next(rest.isEmpty() ? runnable : rest);
    }
  }

  private final Variant variant;
  private final Machine machine;
  private final Programs programs;
  private final Map<Integer, TaskStruct> tasks = new TreeMap<>();
  private final Map<TaskStruct, Deque<Asked>> todo = new HashMap<>();
  private final List<MmStruct> mms = new ArrayList<>();
  private final List<Done> done = new ArrayList<>();

  private EngineSteps(Variant variant) {
    this.variant = variant;
    programs = new Programs(variant);
    machine = new Machine(variant, ProbeSink.NONE);
  }

  /** What was done until all was, or all slept, or an invariant was broken. */
  public static List<Done> run(Variant variant, List<Asked> operations, long seed) {
    EngineSteps steps = new EngineSteps(variant);
    for (int mm = 0; mm < mms(operations); mm++) {
      steps.mms.add(steps.machine.newMm());
      steps.mms.get(mm).users = users(operations, mm);
    }
    operations.forEach(steps::add);
    steps.run(new Delays(seed));
    return steps.done;
  }

  private void add(Asked asked) {
    todo(task(asked.pid)).add(asked);
  }

  private TaskStruct task(int pid) {
    return tasks.computeIfAbsent(pid, machine::newTask);
  }

  private Deque<Asked> todo(TaskStruct task) {
    return todo.computeIfAbsent(task, _ -> new ArrayDeque<>());
  }

  private void run(Scheduler scheduler) {
    List<TaskStruct> runnable = runnable();
    while (!runnable.isEmpty() && machine.oracle.broken() == null) {
      step(scheduler.next(runnable));
      runnable = runnable();
    }
  }

  private List<TaskStruct> runnable() {
    return tasks.values().stream().filter(task -> !task.isAsleep() && (!task.isIdle() || !todo(task).isEmpty())).toList();
  }

  /** One step that is not only for probes or for the oracle, and such steps before and after it. */
  private void step(TaskStruct task) {
    if (task.isIdle()) {
      begin(task, todo(task).remove());
    }
    task.quietly();
    skip(task);
    String step = task.next().toString();
    task.step();
    skip(task);
    if (machine.oracle.broken() == null) {
      done.add(new Done(task.pid(), step, state()));
    }
  }

  private static void skip(TaskStruct task) {
    while (!task.isAsleep() && (task.isAtProbe() || task.next() == StepId.LOCKS || task.next() == StepId.UNLOCKS)) {
      task.step();
    }
  }

  private void begin(TaskStruct task, Asked asked) {
    Frame frame = task.begin(program(asked));
    frame.mm = mms.get(asked.mm);
    frame.first = asked.first;
    frame.last = asked.last;
    frame.value = asked.prot;
    frame.otherMm = mms.get(asked.child);
  }

  private Program program(Asked asked) {
    Programs p = programs;
    return switch (asked.call) {
      case FAULT -> p.faulting.fault;
      case DONTNEED -> p.faulting.dontneed;
      case READ_MAPS -> p.faulting.readMaps;
      case UFFD_MOVE -> p.faulting.uffdMove;
      case MMAP -> p.mapping.mmap;
      case MUNMAP -> p.unmapping.munmap;
      case MUNMAP_FAILS -> p.unmapping.munmapFails;
      case MPROTECT -> p.mapping.mprotect;
      case MREMAP -> p.resizing.mremap;
      case EXPAND_DOWNWARDS -> p.resizing.expandDownwards;
      case BRK -> p.resizing.brk;
      case FORK -> p.forkAndExit.dupMmap;
      case FORK_KILLABLE -> Objects.requireNonNullElse(p.forkAndExit.dupMmapKillable, p.forkAndExit.dupMmap);
      case EXIT -> p.forkAndExit.mmput;
      case KILL -> ForkAndExit.kill(task((int) asked.first));
    };
  }

  /**
   * The sequence number and the tree of each mm; and, where memory is used again at once, each VMA in the order of the slab. Where it is
   * used again later, what becomes of the VMAs in the tree of an mm that is gone depends on when.
   */
  private String state() {
    StringBuilder state = new StringBuilder();
    for (MmStruct mm : mms) {
      state.append(mm.lockSeq).append(" [");
      for (MapleTree.Slot<VmAreaStruct> slot : mm.tree.slots()) {
        range(state, slot.first(), slot.last());
        if (variant.isRefcounted() || mm.users > 0) {
          vma(state, slot.vma());
        }
      }
      state.append("] ");
    }
    if (variant.isRefcounted()) {
      machine.vmas().forEach(vma -> vma(state, vma));
    }
    return state.toString();
  }

  private static void vma(StringBuilder state, VmAreaStruct vma) {
    vma(state, vma.start, vma.end, vma.refcnt, vma.lockSeq, vma.detached);
  }
}
