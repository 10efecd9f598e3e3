package io.vmatrace.checker.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.engine.EngineSteps;
import io.vmatrace.checker.engine.EngineSteps.Asked;
import io.vmatrace.checker.engine.EngineSteps.Call;
import io.vmatrace.checker.engine.EngineSteps.Done;
import io.vmatrace.checker.engine.Schedules;
import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The form for real threads does the same steps as the engine under the same schedules, and leaves the same state after each.
 * {@code -Dvmatrace.schedules=20000} compares more than there is time for in every build.
 */
@Execution(ExecutionMode.CONCURRENT)
class SameStepsTest {
  private static final int SCHEDULES = Schedules.ENOUGH / 4;

  /** Without a comparison a schedule costs little. */
  private static final int MOST_SCHEDULES = 400;

  private static final long PAGE = 4096;
  private static final long FROM = 10;
  private static final long TO = 18;

  static List<Variant> variants() {
    return Variant.ALL;
  }

  @ParameterizedTest
  @MethodSource("variants")
  void shouldDoTheSameSteps(Variant variant) {
    compare(variant, SCHEDULES);
  }

  /** Up to where an invariant breaks. B09 looks at memory that is used again, which this form leaves to the garbage collector; M9 is the same as none. */
  @ParameterizedTest
  @EnumSource(value = Mutant.class, names = {"B09", "M9"}, mode = EnumSource.Mode.EXCLUDE)
  void shouldHaveTheSameBugs(Mutant mutant) {
    compare(Variant.EXCLUDE_READERS.with(mutant), SCHEDULES / 8);
  }

  @Test
  void shouldTellABugFromNone() {
    List<Asked> operations = operations(0);
    List<Done> engine = EngineSteps.run(Variant.EXCLUDE_READERS.with(Mutant.M6), operations, 0);
    assertThat(new Baton(Variant.EXCLUDE_READERS).run(operations, engine)).isNotEqualTo(engine);
  }

  /** Else the comparison would say little. */
  @Test
  void shouldComeByTheRareSteps() {
    Set<String> seen = new TreeSet<>();
    for (int seed = 0; seed < MOST_SCHEDULES; seed++) {
      EngineSteps.run(Variant.EXCLUDE_READERS, operations(seed), seed).forEach(done -> seen.add(done.step()));
    }
    assertThat(seen).contains("schedule", "rcuwait_wake_up", "mmgrab", "down_read", "vm_lock_seq_again", "refcount_sub", "free_pgtables", "vma_next", "move_pages",
            "move_page_tables", "vm_start", "copied", "__mt_destroy",
            "rwsem_try_write_lock", "signal_pending_state", "mm_flags_set");
  }

  /** From a virtual thread, so that the baton need not go through the operating system. */
  private static void compare(Variant variant, int schedules) {
    CompletableFuture.runAsync(() -> IntStream.range(0, schedules).forEach(seed -> compareOne(variant, seed)), Thread::startVirtualThread).join();
  }

  private static void compareOne(Variant variant, int seed) {
    List<Asked> operations = operations(seed);
    List<Done> engine = EngineSteps.run(variant, operations, seed);
    Baton baton = new Baton(variant);
    List<Done> threads = baton.run(operations, engine);
    for (int i = 0; i < engine.size(); i++) {
      assertThat(threads.get(i)).as("%s, seed %d, step %d", variant.name(), seed, i).isEqualTo(engine.get(i));
    }
    assertThat(variant.mutants().isEmpty() && !baton.isAtEnd()).as("%s, seed %d: there are more steps", variant.name(), seed).isFalse();
  }

  private static List<Asked> operations(long seed) {
    return seed % 2 == 0 ? new Mixed(seed).operations : reuse();
  }

  /** Three tasks in an mm and one in another, on the same few addresses. */
  private static final class Mixed {
    private static final List<Call> READERS = List.of(Call.FAULT, Call.FAULT, Call.FAULT, Call.DONTNEED, Call.READ_MAPS, Call.UFFD_MOVE);

    private static final List<Call> WRITERS =
        List.of(Call.MMAP, Call.MUNMAP, Call.MUNMAP_FAILS, Call.MPROTECT, Call.MREMAP, Call.EXPAND_DOWNWARDS, Call.BRK, Call.FORK,
            Call.FORK_KILLABLE, Call.FORK_KILLABLE, Call.KILL);

    private static final int TASKS = 4;

    private final List<Asked> operations = new ArrayList<>();
    private final SplittableRandom random;
    private int mms = 2;

    private Mixed(long seed) {
      random = new SplittableRandom(seed);
      for (int pid = 0; pid < TASKS; pid++) {
        task(pid, pid / 3);
      }
    }

    private void task(int pid, int mm) {
      if (pid % 3 == 0) {
        operations.add(asked(pid, mm, Call.MMAP, FROM, TO, 3));
      }
      for (int n = 3 + random.nextInt(5); n > 0; n--) {
        add(pid, mm, one(random.nextInt(8) < 5 ? READERS : WRITERS));
      }
      operations.add(asked(pid, mm, Call.EXIT, 0, 0, 0));
    }

    private Call one(List<Call> calls) {
      return calls.get(random.nextInt(calls.size()));
    }

    private void add(int pid, int mm, Call call) {
      long first = random.nextLong(FROM, TO);
      long last = Math.min(TO, first + random.nextInt(4));
      switch (call) {
        case FORK, FORK_KILLABLE -> fork(pid, mm, call);
        case KILL -> operations.add(new Asked(pid, mm, call, random.nextInt(TASKS), 0, 0));
        case MREMAP -> operations.add(new Asked(pid, mm, call, first * PAGE, (random.nextBoolean() ? first + 1 : TO + 2) * PAGE, 0));
        case UFFD_MOVE -> operations.add(new Asked(pid, mm, call, first * PAGE, last * PAGE, 0));
        default -> operations.add(asked(pid, mm, call, first, last, 1 + 2 * random.nextInt(2)));
      }
    }

    /** What the child does is done by its parent: it is another mm for both. */
    private void fork(int pid, int mm, Call call) {
      int child = mms++;
      operations.add(new Asked(pid, mm, call, 0, 0, 0, child));
      add(pid, child, one(READERS));
      add(pid, child, random.nextBoolean() ? Call.MMAP : Call.MUNMAP);
      operations.add(asked(pid, child, Call.EXIT, 0, 0, 0));
    }
  }

  /** A task faults where another maps and unmaps, and so do tasks of two other mms. */
  private static List<Asked> reuse() {
    List<Asked> operations = new ArrayList<>();
    for (int n = 0; n < 12; n++) {
      for (int pid = 0; pid < 4; pid++) {
        operations.add(asked(pid, Math.max(0, pid - 1), pid == 1 ? Call.FAULT : n % 2 == 0 ? Call.MMAP : Call.MUNMAP, FROM, FROM, 3));
      }
    }
    return operations;
  }

  private static Asked asked(int pid, int mm, Call call, long first, long last, int prot) {
    return new Asked(pid, mm, call, first * PAGE, (last + 1) * PAGE - 1, prot);
  }
}
