package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.catalogue.Rules;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.SystemCall;
import io.vmatrace.checker.mm.VmaTree;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.specs.MapleTreeEvents;
import io.vmatrace.parser.event.specs.SchedEvents;
import io.vmatrace.parser.event.specs.SyscallEvents;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which task runs in which mm, and what system calls take out of its tree without an event of their own. */
class ReconstructionTest {
  private static final long OTHER_MM = 0xff00000000003000L;
  private static final long VMA = 0xff00000000002000L;
  private static final int TASK = 1;

  private static MmReconstruction of(Trace trace) {
    return trace.applied(new RuleRun(Rules.create()));
  }

  /** The pids that ran in each mm, by its address. */
  private static Map<Long, String> tasks(Trace trace) {
    Map<Long, String> tasks = new TreeMap<>();
    of(trace).forEachMm((mm, pids) -> tasks.put(mm.address(), Arrays.toString(pids)));
    return tasks;
  }

  private static VmaTree tree(Trace trace) {
    MmState[] found = new MmState[1];
    of(trace).forEachMm((mm, _) -> found[0] = mm);
    return Objects.requireNonNull(found[0]).tree();
  }

  private static boolean holdsVma(VmaTree tree, long address) {
    VmaTree.@Nullable Range range = tree.find(address);
    return range != null && range.vma() != null;
  }

  private static Trace locksForReading(Trace trace, long time, long mm) {
    return trace.mmapReadLock(TASK, time, mm).mmapReadUnlock(TASK, time + 2, mm);
  }

  @Test
  void shouldPutATaskIntoTheMmThatItHasLockedBeforeItsExec() {
    Trace trace = locksForReading(new Trace(), 10, OTHER_MM);
    assertThat(tasks(trace)).containsExactly(Map.entry(OTHER_MM, "[]"));
    assertThat(tasks(trace.event(SchedEvents.SCHED_PROCESS_EXEC, TASK, 20, Field.PID, (long) TASK))).containsExactly(Map.entry(OTHER_MM, "[1]"));
  }

  @Test
  void shouldNotKnowTheMmOfATaskThatHasLockedNoneBeforeItsExec() {
    Trace trace = new Trace().event(SchedEvents.SCHED_PROCESS_EXEC, TASK, 20, Field.PID, (long) TASK).mmapWriteLock(TASK, 30);
    assertThat(tasks(trace)).containsExactly(Map.entry(Trace.MM, "[]"));
  }

  @Test
  void shouldLetAThreadRunInTheMmOfItsParentAndAProcessInNone() {
    Trace trace = new Trace().event(SyscallEvents.SYS_ENTER_BRK, TASK, 1).mmapWriteLock(TASK, 2).mmapWriteUnlock(TASK, 4).event(SyscallEvents.SYS_EXIT_BRK, TASK, 5, Field.RET, 0L);
    trace.event(SchedEvents.TASK_NEWTASK, TASK, 6, Field.PID, 2L, Field.FLAGS, 0x100L);
    trace.event(SchedEvents.TASK_NEWTASK, TASK, 7, Field.PID, 3L, Field.FLAGS, 0x200L);
    assertThat(tasks(trace)).containsExactly(Map.entry(Trace.MM, "[1, 2]"));
  }

  /** A heap at 0x10000-0x14fff, and a VMA behind it; the break is known. */
  private static Trace heap() {
    Trace trace = new Trace().event(SyscallEvents.SYS_ENTER_BRK, TASK, 1, Field.ADDRESS, 0x14800L).mmapWriteLock(TASK, 2);
    stores(trace, 4, 0x10000, 0x15000);
    stores(trace, 5, 0x15000, 0x16000);
    return trace.mmapWriteUnlock(TASK, 6).event(SyscallEvents.SYS_EXIT_BRK, TASK, 7, Field.RET, 0x14800L);
  }

  private static void stores(Trace trace, long time, long start, long end) {
    trace.event(MapleTreeEvents.MA_WRITE, TASK, time, Field.START, start, Field.END, end, Field.VMA, VMA + start);
  }

  private static Trace called(Trace trace, EventKind enter, EventKind exit, long ret, Object... arguments) {
    return trace.event(enter, TASK, 20, arguments).mmapWriteLock(TASK, 21).mmapWriteUnlock(TASK, 23).event(exit, TASK, 24, Field.RET, ret);
  }

  @Test
  void shouldTakeThePagesBehindANewBreakOutOfTheTree() {
    VmaTree tree = tree(called(heap(), SyscallEvents.SYS_ENTER_BRK, SyscallEvents.SYS_EXIT_BRK, 0x12800, Field.ADDRESS, 0x12800L));
    assertThat(holdsVma(tree, 0x12fff)).isTrue();
    assertThat(tree.find(0x13000)).isNotNull().matches(range -> range.vma() == null);
    assertThat(tree.find(0x14fff)).isNotNull().matches(range -> range.vma() == null);
    assertThat(holdsVma(tree, 0x15000)).isTrue();
  }

  @Test
  void shouldKeepTheHeapWhereTheBreakStaysOrStaysOnItsPage() {
    assertThat(holdsVma(tree(called(heap(), SyscallEvents.SYS_ENTER_BRK, SyscallEvents.SYS_EXIT_BRK, 0x14800)), 0x14fff)).isTrue();
    assertThat(holdsVma(tree(called(heap(), SyscallEvents.SYS_ENTER_BRK, SyscallEvents.SYS_EXIT_BRK, 0x14001)), 0x14fff)).isTrue();
  }

  @Test
  void shouldTakeTheEndOfAShrunkMappingOutOfTheTree() {
    VmaTree tree = tree(remapped(0x10000, 0x2000, 0));
    assertThat(holdsVma(tree, 0x11fff)).isTrue();
    assertThat(holdsVma(tree, 0x12000)).isFalse();
    assertThat(holdsVma(tree, 0x14fff)).isFalse();
    assertThat(holdsVma(tree, 0x15000)).isTrue();
  }

  @Test
  void shouldTakeAMovedMappingOutOfItsOldPlaceButOneThatIsToStay() {
    assertThat(holdsVma(tree(remapped(0x80000, 0x5000, 1)), 0x10000)).isFalse();
    assertThat(holdsVma(tree(remapped(0x80000, 0x5000, 1)), 0x15000)).isTrue();
    assertThat(holdsVma(tree(remapped(0x80000, 0x5000, 5)), 0x10000)).as("MREMAP_DONTUNMAP").isTrue();
    assertThat(holdsVma(tree(remapped(-12, 0x5000, 1)), 0x10000)).as("-ENOMEM").isTrue();
    assertThat(holdsVma(tree(remapped(0x10000, 0x5000, 1)), 0x14fff)).as("grown or as it was").isTrue();
  }

  /** mremap() of the heap's pages. */
  private static Trace remapped(long ret, long newLength, long flags) {
    return called(
        heap(), SyscallEvents.SYS_ENTER_MREMAP, SyscallEvents.SYS_EXIT_MREMAP, ret, Field.START, 0x10000L, Field.LENGTH, 0x5000L, Field.NEW_LENGTH, newLength, Field.FLAGS, flags);
  }

  /** The arguments that the steps of system calls show. */
  private static List<String> arguments(Trace trace) {
    List<String> arguments = new ArrayList<>();
    trace.applied(new StepSink() {
      @Override
      public void accept(Step step) {
        if (step.op() == Op.SYSCALL_ENTER || step.op() == Op.SYSCALL_EXIT) {
          SystemCall call = step.systemCall();
          arguments.add("%s(%x, %x, %x)".formatted(call.kind(), call.start(), call.length(), call.flags()));
        }
      }

      @Override
      public void lost(long afterAt) {}
    });
    return arguments;
  }

  @Test
  void shouldShowTheArgumentsOfACallAtItsBeginAndAtItsOwnEnd() {
    Trace trace = new Trace()
        .event(SyscallEvents.SYS_ENTER_MADVISE, TASK, 1, Field.START, 0x5000L, Field.LENGTH, 0x2000L, Field.FLAGS, 4L)
        .event(SyscallEvents.SYS_EXIT_MADVISE, TASK, 2, Field.RET, 0L)
        .event(SyscallEvents.SYS_EXIT_MADVISE, TASK, 3, Field.RET, 0L)
        .event(SyscallEvents.SYS_ENTER_MUNMAP, TASK, 4, Field.START, 0x5000L, Field.LENGTH, 0x2000L)
        .event(SyscallEvents.SYS_EXIT_MADVISE, TASK, 5, Field.RET, 0L);
    assertThat(arguments(trace))
        .containsExactly("MADVISE(5000, 2000, 4)", "MADVISE(5000, 2000, 4)", "MADVISE(0, 0, 0)", "MUNMAP(5000, 2000, 0)", "MADVISE(0, 0, 0)");
  }
}
