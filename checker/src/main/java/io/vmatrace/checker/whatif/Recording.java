package io.vmatrace.checker.whatif;

import io.vmatrace.checker.protocol.ProgramId;
import io.vmatrace.checker.protocol.StepId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.collections.impl.list.mutable.primitive.IntArrayList;
import org.eclipse.collections.impl.list.mutable.primitive.LongArrayList;

/** How long after the one before it each step of a simulation came: the pace of the tasks, without their waits. */
final class Recording {
  private record Key(ProgramId program, StepId step) {}

  /** What comes after a wait is another thing: how long it takes until a task runs that was woken. */
  private record Paced(Key key, boolean woken) {
    static Paced of(NextStep next) {
      ProgramId program = next.frame().program.id();
      Key key = new Key(FUNCTIONS.getOrDefault(program, program), next.step().id());
      return new Paced(SAME.getOrDefault(key, key), next.woken());
    }
  }

  /** The steps of a task: those of its n-th operation begin at the n-th of {@link #begins}, and at the n-th of {@link #times}. */
  private static final class OfTask {
    private final IntArrayList begins = new IntArrayList();
    private final LongArrayList times = new LongArrayList();
    private final IntArrayList steps = new IntArrayList();
    private final LongArrayList delays = new LongArrayList();
  }

  /** Functions that do the same in the same steps under another name: of 6.15 and of 7.0, and such as may be killed. */
  private static final Map<ProgramId, ProgramId> FUNCTIONS =
      Map.of(
          ProgramId.VMA_ENTER_LOCKED, ProgramId.VMA_START_EXCLUDE_READERS,
          ProgramId.VMA_EXIT_LOCKED, ProgramId.VMA_END_EXCLUDE_READERS,
          ProgramId.VMA_START_WRITE_KILLABLE, ProgramId.VMA_START_WRITE);

  /** Corresponding steps of different kinds of VMA lock. */
  private static final Map<Key, Key> SAME =
      Map.of(
          new Key(ProgramId.VMA_START_READ, StepId.DOWN_READ_TRYLOCK), new Key(ProgramId.VMA_START_READ, StepId.REFCOUNT_INC),
          new Key(ProgramId.VMA_START_READ, StepId.READERS_INC), new Key(ProgramId.VMA_START_READ, StepId.REFCOUNT_INC),
          new Key(ProgramId.VMA_START_READ, StepId.UP_READ), new Key(ProgramId.VMA_REFCOUNT_PUT, StepId.REFCOUNT_DEC),
          new Key(ProgramId.VMA_END_READ, StepId.UP_READ), new Key(ProgramId.VMA_REFCOUNT_PUT, StepId.REFCOUNT_DEC));

  /**
   * Begin and end of a function that other kinds of VMA lock have not as one (7.0 has vma_mark_detached() in the code of its callers): what
   * is spent up to there is spent up to the next step where these are skipped.
   */
  private static final Set<StepId> BORDERS = Set.of(StepId.VMA_MARK_DETACHED, StepId.VMA_MARK_DETACHED_RET);

  private final List<OfTask> tasks;
  private final Map<Paced, Integer> numbers = new HashMap<>();

  /** Whether the step of a number is a border. */
  private final List<Boolean> borders = new ArrayList<>();

  /** The delays of each step, by its number. */
  private final List<LongArrayList> delays = new ArrayList<>();

  Recording(int tasks) {
    this.tasks = Stream.generate(OfTask::new).limit(tasks).toList();
  }

  /** A step was done. */
  void add(NextStep done, long delay, long at) {
    OfTask of = tasks.get(done.task());
    while (of.begins.size() <= done.operation()) {
      of.begins.add(of.steps.size());
      of.times.add(at);
    }
    int number = numbers.computeIfAbsent(Paced.of(done), _ -> {
      delays.add(new LongArrayList());
      borders.add(BORDERS.contains(done.step().id()));
      return numbers.size();
    });
    of.steps.add(number);
    of.delays.add(delay);
    delays.get(number).add(delay);
  }

  /** A step's number, or -1 for one that was never done. */
  int number(NextStep next) {
    return numbers.getOrDefault(Paced.of(next), -1);
  }

  /** How long the step of a number usually took. */
  long[] medians() {
    return delays.stream().mapToLong(of -> of.toSortedList().get(of.size() / 2)).toArray();
  }

  /** Where the steps of an operation begin. */
  int begin(int task, int operation) {
    OfTask of = tasks.get(task);
    return operation < of.begins.size() ? of.begins.get(operation) : of.steps.size();
  }

  /** When the first step of an operation was done; 0 for one that has none. */
  long time(int task, int operation) {
    OfTask of = tasks.get(task);
    return operation < of.times.size() ? of.times.get(operation) : 0;
  }

  /** The first place of a step in an operation, from a place on; or -1. */
  int find(NextStep next, int number, int from) {
    OfTask of = tasks.get(next.task());
    int end = begin(next.task(), next.operation() + 1);
    for (int i = from; i < end; i++) {
      if (of.steps.get(i) == number) {
        return i;
      }
    }
    return -1;
  }

  /** How long the step at a place took, in nanoseconds, with borders that are skipped from another place on. */
  long delay(int task, int from, int place) {
    OfTask of = tasks.get(task);
    long delay = of.delays.get(place);
    for (int i = place - 1; i >= from && borders.get(of.steps.get(i)); i--) {
      delay += of.delays.get(i);
    }
    return delay;
  }
}
