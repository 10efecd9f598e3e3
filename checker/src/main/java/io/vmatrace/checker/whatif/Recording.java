package io.vmatrace.checker.whatif;

import static java.util.Map.entry;

import io.vmatrace.checker.engine.Program;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.collections.impl.list.mutable.primitive.IntArrayList;
import org.eclipse.collections.impl.list.mutable.primitive.LongArrayList;

/** How long each step of a simulation came behind what was before it: the pace of the tasks, whatever they have to wait for. */
final class Recording {
  /** The steps of a task: those of its n-th operation begin at the n-th of {@link #begins}. */
  private static final class OfTask {
    private final IntArrayList begins = new IntArrayList();
    private final IntArrayList steps = new IntArrayList();
    private final LongArrayList delays = new LongArrayList();
  }

  /** Steps of one kind of VMA lock that are what others are of another kind. */
  private static final Map<String, String> SAME =
      Map.ofEntries(
          entry("__vma_enter_locked:set_current_state", "__vma_start_exclude_readers:set_current_state"),
          entry("__vma_enter_locked:refcnt", "__vma_start_exclude_readers:refcnt"),
          entry("__vma_enter_locked:finish_rcuwait", "__vma_start_exclude_readers:finish_rcuwait"),
          entry("__vma_exit_locked:refcount_sub", "__vma_end_exclude_readers:refcount_sub"),
          entry("vma_start_read:down_read_trylock", "vma_start_read:refcount_inc"),
          entry("vma_start_read:readers_inc", "vma_start_read:refcount_inc"),
          entry("vma_start_read:up_read", "vma_refcount_put:refcount_dec"),
          entry("vma_end_read:up_read", "vma_refcount_put:refcount_dec"));

  private final List<OfTask> tasks;
  private final Map<String, Integer> numbers = new HashMap<>();

  /** The delays of each step, by its number. */
  private final List<LongArrayList> delays = new ArrayList<>();

  Recording(int tasks) {
    this.tasks = Stream.generate(OfTask::new).limit(tasks).toList();
  }

  /** A step of a task's operation of a number. */
  void add(int task, int operation, Program program, Program.Step step, boolean woken, long delay) {
    OfTask of = tasks.get(task);
    while (of.begins.size() <= operation) {
      of.begins.add(of.steps.size());
    }
    int number = numbers.computeIfAbsent(key(program, step, woken), _ -> {
      delays.add(new LongArrayList());
      return numbers.size();
    });
    of.steps.add(number);
    of.delays.add(delay);
    delays.get(number).add(delay);
  }

  /** What comes behind a wait is another thing: how long it takes until a task runs that was woken. */
  private static String key(Program program, Program.Step step, boolean woken) {
    String key = program.name() + ":" + step.name();
    String same = SAME.getOrDefault(key, key);
    return woken ? same + " woken" : same;
  }

  /** A step's number, or -1 for one that was never done. */
  int number(Program program, Program.Step step, boolean woken) {
    return numbers.getOrDefault(key(program, step, woken), -1);
  }

  /** How long the step of a number took as a rule. */
  long[] medians() {
    return delays.stream().mapToLong(of -> of.toSortedList().get(of.size() / 2)).toArray();
  }

  /** Where the steps of an operation begin. */
  int begin(int task, int operation) {
    OfTask of = tasks.get(task);
    return operation < of.begins.size() ? of.begins.get(operation) : of.steps.size();
  }

  /** Where a step comes first among those of an operation, from a place on; or -1. */
  int find(int task, int operation, int number, int from) {
    OfTask of = tasks.get(task);
    int end = begin(task, operation + 1);
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
