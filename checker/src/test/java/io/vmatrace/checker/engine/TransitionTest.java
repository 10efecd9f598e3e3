package io.vmatrace.checker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.parser.event.Generation;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine against the table: every step does to every VMA what a row allows, and every row is done by some step. */
@Execution(ExecutionMode.CONCURRENT)
class TransitionTest {
  /** Looks at all VMAs before and after each step. */
  private static final class Watched implements Scheduler {
    private final Scheduler scheduler;
    private final Machine machine;
    private final Map<VmAreaStruct, Transition.State> before = new HashMap<>();
    private final Set<VmAreaStruct> detaching = new HashSet<>();
    private final Map<Transition, Integer> reached;
    private final Set<String> refused;
    private TaskStruct last;
    private String step = "";

    Watched(Scheduler scheduler, Machine machine, Map<Transition, Integer> reached, Set<String> refused) {
      this.scheduler = scheduler;
      this.machine = machine;
      this.reached = reached;
      this.refused = refused;
      last = machine.tasks().getFirst();
    }

    @Override
    public TaskStruct next(List<TaskStruct> runnable) {
      look();
      last = scheduler.next(runnable);
      step = last.where();
      before.clear();
      machine.vmas().forEach(vma -> before.put(vma, state(vma)));
      return last;
    }

    private Transition.State state(VmAreaStruct vma) {
      MmStruct mm = vma.mm;
      boolean writer = mm != null && mm.mmapLock.writer() == last;
      boolean locked = mm != null && vma.lockSeq == mm.lockSeq;
      return new Transition.State(vma.refcnt, vma.lockSeq, locked, writer, vma.allocated, !detaching.contains(vma));
    }

    private void look() {
      for (Map.Entry<VmAreaStruct, Transition.State> was : before.entrySet()) {
        VmAreaStruct vma = was.getKey();
        Transition.State now = state(vma);
        Transition.State then = was.getValue();
        if (then.refcnt() == now.refcnt() && then.lockSeq() == now.lockSeq() && then.locked() == now.locked() && then.allocated() == now.allocated()) {
          continue;
        }
        if (!then.allocated() && !now.allocated()) {
          continue; // the mm that it was of continues
        }
        List<Transition> rows = Transition.of(then, now);
        if (rows.isEmpty()) {
          refused.add("%s: %s to %s".formatted(step.replaceAll("\\d+", "N"), then, now));
        }
        rows.forEach(row -> reached.merge(row, 1, Integer::sum));
        note(vma, rows, now);
      }
    }

    private void note(VmAreaStruct vma, List<Transition> rows, Transition.State now) {
      if (step.contains("vma_mark_detached: refcount_dec")) {
        detaching.add(vma);
      } else if (rows.contains(Transition.ALLOC) || rows.contains(Transition.MARK_ATTACHED) || !now.allocated()) {
        detaching.remove(vma);
      }
    }
  }

  static List<Variant> variants() {
    return List.of(Variant.REFCOUNT, Variant.EXCLUDE_READERS, Variant.LOCK_RANGE_FIRST, Variant.STORE_LOCK_DETACH);
  }

  private static void run(Variant variant, Set<Transition> wanted, Map<Transition, Integer> reached, Set<String> refused) {
    Programs programs = new Programs(variant);
    for (int seed = 0; seed < Schedules.ENOUGH || seed < Schedules.MOST && !reached.keySet().containsAll(wanted); seed++) {
      Machine machine = new Machine(programs.variant, ProbeSink.NONE);
      Run run = Scenario.of(machine, seed);
      Watched watched = new Watched(new RandomScheduler(seed), machine, reached, refused);
      if (variant.mutants().isEmpty()) {
        run.run(watched);
      } else {
        run.runOn(watched);
      }
      watched.look();
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void shouldOnlyDoWhatARowAllows(Variant variant) {
    Map<Transition, Integer> reached = new EnumMap<>(Transition.class);
    Set<String> refused = new TreeSet<>();
    Set<Transition> rows = EnumSet.allOf(Transition.class);
    if (variant.generation() != Generation.EXCLUDE_READERS) {
      rows.remove(Transition.EXIT_KILLED);
    }
    run(variant, rows, reached, refused);
    assertThat(refused).isEmpty();
    assertThat(reached.keySet()).isEqualTo(rows);
  }

  @ParameterizedTest
  @CsvSource({"M2", "M3", "M13", "B17"})
  void shouldFindNoRowForABug(Mutant mutant) {
    Set<String> refused = new TreeSet<>();
    run(Variant.EXCLUDE_READERS.with(mutant), Set.of(), new EnumMap<>(Transition.class), refused);
    assertThat(refused).isNotEmpty();
  }
}
