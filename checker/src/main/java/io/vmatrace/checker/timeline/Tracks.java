package io.vmatrace.checker.timeline;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.timeline.TraceEvents.Track;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which process an mm is and which threads a task has in it. A task has one thread for each kind of slice, because slices of one
 * thread must lie inside one another or apart, and a fault and a hold need not.
 */
final class Tracks {
  /** The kinds of slices that a task has in an mm. */
  enum Lane {
    FAULTS("fault", ""),
    MMAP_LOCK("mmap_lock", " mmap_lock"),
    VMA_WRITE_LOCKS("vma_lock", " VMA write locks"),
    LOOK_UPS("look-up", " look-ups");

    private final String category;
    private final String suffix;

    Lane(String category, String suffix) {
      this.category = category;
      this.suffix = suffix;
    }

    String category() {
      return category;
    }
  }

  /** Above the largest pid that Linux gives: PID_MAX_LIMIT, include/linux/threads.h, is 1 << 22. */
  private static final int LANE_SHIFT = 23;

  /** A process of the timeline. */
  private record MmProcess(int number, Set<Integer> threads) {}

  private final TraceEvents out;
  private final String prefix;
  private List<VmaState> departed = new ArrayList<>();
  private final Map<MmState, MmProcess> processes = new HashMap<>();

  /** The last process of each mm's address. */
  private final Map<Long, MmProcess> byAddress = new HashMap<>();

  private @Nullable MmProcess unknown;
  private int last;

  /**
   * @param first the number before that of the first process
   * @param prefix put before the names of processes
   */
  Tracks(TraceEvents out, int first, String prefix) {
    this.out = out;
    this.last = first;
    this.prefix = prefix;
  }

  /** VMAs that leave the tree of an mm that has a process are put into this list. */
  void watch(List<VmaState> list) {
    departed = list;
  }

  /** The number of the process that was made last. */
  int last() {
    return last;
  }

  /** The number of an mm's process; a new one is named after the task that is met in it first. */
  int process(@Nullable MmState mm, String comm) {
    return of(mm, comm).number();
  }

  /** The thread of a task in an mm. */
  int thread(@Nullable MmState mm, int pid, Lane lane, IntFunction<String> comm) {
    int thread = pid | lane.ordinal() << LANE_SHIFT;
    MmProcess process = of(mm, comm.apply(pid));
    if (process.threads().add(thread)) {
      out.thread(process.number(), thread, "%s-%d%s".formatted(comm.apply(pid), pid, lane.suffix), pid * Lane.values().length + lane.ordinal());
    }
    return thread;
  }

  /** The thread of findings in the last process of an mm's address, or in that of mms that are not known. */
  Track findings(@Nullable Long address) {
    MmProcess process = address == null ? null : byAddress.get(address);
    if (process == null) {
      process = of(null, "");
    }
    int thread = Lane.values().length << LANE_SHIFT;
    if (process.threads().add(thread)) {
      out.thread(process.number(), thread, "findings", -1);
    }
    return new Track(process.number(), thread);
  }

  /** Nothing of this mm will follow. */
  void forget(MmState mm) {
    processes.remove(mm);
  }

  private MmProcess of(@Nullable MmState mm, String comm) {
    if (mm == null) {
      MmProcess none = unknown == null ? make("mm not known") : unknown;
      unknown = none;
      return none;
    }
    MmProcess process = processes.get(mm);
    if (process == null) {
      process = make("mm 0x%x %s".formatted(mm.address(), comm).strip());
      processes.put(mm, process);
      byAddress.put(mm.address(), process);
      mm.tree().watch(departed);
    }
    return process;
  }

  private MmProcess make(String name) {
    MmProcess process = new MmProcess(++last, new HashSet<>());
    out.process(process.number(), prefix + name);
    return process;
  }
}
