package io.vmatrace.checker.engine;

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

  private final List<OfTask> tasks;
  private final Map<String, Integer> numbers = new HashMap<>();

  /** The delays of each step, by its number. */
  private final List<LongArrayList> delays = new ArrayList<>();

  Recording(int tasks) {
    this.tasks = Stream.generate(OfTask::new).limit(tasks).toList();
  }

  /** A step of a task's operation of a number. */
  void add(int task, int operation, String step, boolean woken, long delay) {
    OfTask of = tasks.get(task);
    while (of.begins.size() <= operation) {
      of.begins.add(of.steps.size());
    }
    int number = numbers.computeIfAbsent(key(step, woken), _ -> {
      delays.add(new LongArrayList());
      return numbers.size();
    });
    of.steps.add(number);
    of.delays.add(delay);
    delays.get(number).add(delay);
  }

  /** What comes behind a wait is another thing: how long it takes until a task runs that was woken. */
  private static String key(String step, boolean woken) {
    return woken ? step + " woken" : step;
  }

  /** A step's number, or -1 for one that was never done. */
  int number(String step, boolean woken) {
    return numbers.getOrDefault(key(step, woken), -1);
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
