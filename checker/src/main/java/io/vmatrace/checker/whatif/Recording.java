package io.vmatrace.checker.whatif;

import static java.util.Map.entry;

import io.vmatrace.checker.protocol.ProgramId;
import io.vmatrace.checker.protocol.StepId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.collections.impl.list.mutable.primitive.IntArrayList;
import org.eclipse.collections.impl.list.mutable.primitive.LongArrayList;

/** How long after the one before it each step of a simulation came: the pace of the tasks, without their waits. */
final class Recording {
  private record Key(ProgramId program, StepId step) {}

  /** What comes after a wait is another thing: how long it takes until a task runs that was woken. */
  private record Paced(Key key, boolean woken) {
    static Paced of(NextStep next) {
      Key key = new Key(next.frame().program.id(), next.step().id());
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

  /** Corresponding steps of different kinds of VMA lock. */
  private static final Map<Key, Key> SAME =
      Map.ofEntries(
          entry(new Key(ProgramId.VMA_ENTER_LOCKED, StepId.SET_CURRENT_STATE), new Key(ProgramId.VMA_START_EXCLUDE_READERS, StepId.SET_CURRENT_STATE)),
          entry(new Key(ProgramId.VMA_ENTER_LOCKED, StepId.REFCNT), new Key(ProgramId.VMA_START_EXCLUDE_READERS, StepId.REFCNT)),
          entry(new Key(ProgramId.VMA_ENTER_LOCKED, StepId.FINISH_RCUWAIT), new Key(ProgramId.VMA_START_EXCLUDE_READERS, StepId.FINISH_RCUWAIT)),
          entry(new Key(ProgramId.VMA_EXIT_LOCKED, StepId.REFCOUNT_SUB), new Key(ProgramId.VMA_END_EXCLUDE_READERS, StepId.REFCOUNT_SUB)),
          entry(new Key(ProgramId.VMA_START_READ, StepId.DOWN_READ_TRYLOCK), new Key(ProgramId.VMA_START_READ, StepId.REFCOUNT_INC)),
          entry(new Key(ProgramId.VMA_START_READ, StepId.READERS_INC), new Key(ProgramId.VMA_START_READ, StepId.REFCOUNT_INC)),
          entry(new Key(ProgramId.VMA_START_READ, StepId.UP_READ), new Key(ProgramId.VMA_REFCOUNT_PUT, StepId.REFCOUNT_DEC)),
          entry(new Key(ProgramId.VMA_END_READ, StepId.UP_READ), new Key(ProgramId.VMA_REFCOUNT_PUT, StepId.REFCOUNT_DEC)));

  private final List<OfTask> tasks;
  private final Map<Paced, Integer> numbers = new HashMap<>();

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

  /** How long the step at a place took, in nanoseconds. */
  long delay(int task, int place) {
    return tasks.get(task).delays.get(place);
  }
}
