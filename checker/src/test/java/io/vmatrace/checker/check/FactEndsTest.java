package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.VmaState.Life;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.specs.EventKinds;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What ends a fact, found without its list: the reconstruction of clean captures is watched, and where a state that tells the fact is over
 * after a step, the step's op, or that of the next one, has to be on the list.
 */
@Tag("soundness")
class FactEndsTest {
  /** Whether a fact holds of a task, and of the VMA of the step if it has one. */
  private static final Map<Fact, BiPredicate<TaskState, @Nullable VmaState>> HOLDS = new EnumMap<>(Map.ofEntries(
      Map.entry(Fact.WRITE_SECTION, (task, _) -> task.innermostSection() != null),
      Map.entry(Fact.MMAP_LOCK_HELD, (task, _) -> !task.holds().isEmpty()),
      Map.entry(Fact.DOWNGRADED, (task, _) -> task.holds().stream().anyMatch(Hold::isDowngraded)),
      Map.entry(Fact.FORKING, (task, _) -> task.forkParent() != null),
      Map.entry(Fact.VMA_READ_LOCKED, (task, _) -> task.faultCall().isUnderVmaLock()),
      Map.entry(Fact.IN_LOOK_UP, (task, _) -> task.read().entered().known() && !task.read().granted().known()),
      Map.entry(Fact.IN_FAULT, (task, _) -> task.faultCall().entered().known()),
      Map.entry(Fact.IN_START_WRITE, (task, _) -> task.startWrite().entered().known()),
      Map.entry(Fact.VMA_ALLOCATED, (_, vma) -> vma != null && vma.life() == Life.ALLOCATED),
      Map.entry(Fact.VMA_ATTACHED, (_, vma) -> vma != null && vma.life() == Life.ATTACHED),
      Map.entry(Fact.VMA_GONE, (_, vma) -> vma != null && (vma.life() == Life.DETACHED || vma.life() == Life.FREED)),
      Map.entry(Fact.VMA_WRITE_LOCKED, (task, vma) -> vma != null && vma.isWriteLockedIn(task.innermostSection())),
      Map.entry(Fact.VMA_NOT_WRITE_LOCKED, (task, vma) -> isNotWriteLocked(vma, task.innermostSection()))));

  /** A task in user mode is inside of nothing, whatever was missed of what it did before. */
  private static final Set<Op> IN_USER_MODE = EnumSet.of(Op.SYSCALL_ENTER, Op.SYSCALL_EXIT, Op.PAGE_FAULT);

  /** For each fact the ends that are not on its list. */
  private static final Map<Fact, Set<String>> UNLISTED = new EnumMap<>(Fact.class);

  /** And those that are. */
  private static final Map<Fact, Set<Op>> SEEN = new EnumMap<>(Fact.class);

  private static boolean isNotWriteLocked(@Nullable VmaState vma, @Nullable WriteSection section) {
    return vma != null && section != null && vma.isNotWriteLockedIn(section);
  }

  /** Compares, at each step, what held before the last one. One event may show one of several ops, as a look-up that returns a VMA or none. */
  private static final class Watch implements StepSink {
    private final String capture;
    private final Set<Fact> held = EnumSet.noneOf(Fact.class);
    private @Nullable TaskState task;
    private @Nullable VmaState vma;
    private @Nullable Op op;

    Watch(String capture) {
      this.capture = capture;
    }

    @Override
    public void accept(Step step) {
      Op last = op;
      TaskState of = task;
      if (last != null && of != null) {
        HOLDS.forEach(
            (fact, holds) -> {
              if (held.contains(fact) && !holds.test(of, vma)) {
                over(fact, last, step.op());
              }
            });
      }
      task = step.task();
      vma = step.vma();
      op = step.op();
      held.clear();
      HOLDS.forEach(
          (fact, holds) -> {
            if (holds.test(step.task(), step.vma())) {
              held.add(fact);
            }
          });
    }

    private void over(Fact fact, Op last, Op next) {
      Set<Op> ends = EnumSet.noneOf(Op.class);
      ends.addAll(fact.endedBy(null));
      if (fact.endsWithItsVma()) {
        ends.addAll(Fact.ENDS_OF_A_VMA);
      }
      if (EventKinds.all().stream().map(EventKind::shows).anyMatch(ops -> ops.contains(last) && ops.stream().anyMatch(ends::contains))) {
        SEEN.computeIfAbsent(fact, _ -> EnumSet.noneOf(Op.class)).add(last);
      } else if (!ends.contains(next) && !IN_USER_MODE.contains(last) && !IN_USER_MODE.contains(next)) {
        UNLISTED.computeIfAbsent(fact, _ -> new TreeSet<>()).add("%s or %s (%s)".formatted(last, next, capture));
      }
    }

    @Override
    public void lost(long afterAt) {
      op = null; // nothing is known any more
    }
  }

  @BeforeAll
  static void watchEachCapture() {
    for (DecodedCapture capture : DecodedCapture.all(RealCaptures.cleanSamples())) {
      new MmReconstruction(new Watch(capture.name())).apply(capture.events());
    }
  }

  private static Set<Fact> watched() {
    return HOLDS.keySet();
  }

  @ParameterizedTest
  @MethodSource("watched")
  void shouldListWhatEndsIt(Fact fact) {
    assertThat(UNLISTED.getOrDefault(fact, Set.of())).isEmpty();
  }

  /** Else the test above would find nothing where nothing is watched. */
  @Test
  void shouldHaveSeenAnEndOfEachFactThatAStateTells() {
    assertThat(SEEN.keySet()).containsAll(watched());
  }
}
