package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.catalogue.Rules;
import io.vmatrace.checker.mm.FaultPath;
import io.vmatrace.checker.mm.FaultReason;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.FaultEvents;
import io.vmatrace.parser.event.specs.PageFaultEvents;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The return of handle_mm_fault() belongs to the call that its task has open, whatever it tells beside its value. */
class FaultReturnsTest {
  private static final String RETURN = ": handle_mm_fault_ret: ";
  private static final int TASK = 7;
  private static final long ADDRESS = 0x5010L;
  private static final long VMA = 0xff00000000002000L;

  static Stream<Path> captures() {
    return RealCaptures.cleanSamples().filter(path -> !path.toString().contains("e0-hashed"));
  }

  private static Map<FaultReason, Long> told(Path capture, UnaryOperator<String> edit) {
    List<String> lines = RealCaptures.lines(capture);
    lines.replaceAll(line -> line.contains(RETURN) ? edit.apply(line) : line);
    lines.removeIf(String::isEmpty);
    return RealCaptures.run(RealCaptures.join(lines)).reconstruction().faultReasons();
  }

  /** A return probe of perf, and a kretprobe, have no arguments: the edit takes those of the return away. */
  @ParameterizedTest
  @MethodSource("captures")
  void shouldTellTheSameWhereAReturnHasNoAddress(Path capture) {
    Map<FaultReason, Long> whole = told(capture, line -> line);
    assertThat(whole).containsKeys(FaultReason.VMA_LOCKED, FaultReason.RETRY);
    assertThat(told(capture, line -> line.replaceAll(" address=0x[0-9a-f]+", ""))).isEqualTo(whole);
    assertThat(told(capture, line -> line.replaceAll(" (address|vma)=0x[0-9a-f]+", ""))).isEqualTo(whole);
  }

  /** Without returns each fault was served by its last call. */
  @ParameterizedTest
  @MethodSource("captures")
  void shouldTellTheSameWhereCallsAloneWereRecorded(Path capture) {
    Map<FaultReason, Long> calls = told(capture, line -> "");
    Map<FaultReason, Long> whole = told(capture, line -> line);
    assertThat(byPath(calls)).isEqualTo(byPath(whole));
    if (!capture.toString().contains("calls")) { // there madvise() takes the mmap_lock after a fault, as __vmf_anon_prepare() tries to in one
      assertThat(calls).isEqualTo(whole);
    }
  }

  private static Map<FaultPath, Long> byPath(Map<FaultReason, Long> reasons) {
    return reasons.entrySet().stream().collect(Collectors.groupingBy(e -> e.getKey().path(), Collectors.summingLong(Map.Entry::getValue)));
  }

  private static Trace called(long flags) {
    return new Trace()
        .event(PageFaultEvents.PAGE_FAULT_USER, TASK, 1, Field.ADDRESS, ADDRESS)
        .event(FaultEvents.HANDLE_MM_FAULT, TASK, 2, Field.ADDRESS, ADDRESS, Field.FLAGS, flags, Field.VMA, VMA, Field.MM, Trace.MM);
  }

  private static Map<FaultReason, Long> reasons(Trace trace) {
    MmReconstruction reconstruction = trace.applied(new RuleRun(Rules.create()));
    reconstruction.finish();
    return reconstruction.faultReasons();
  }

  @Test
  void shouldNotTakeTheReturnOfAnotherVmaForTheFaults() {
    Trace trace = called(0x1255L).event(FaultEvents.HANDLE_MM_FAULT_RET, TASK, 3, Field.RET, 0L, Field.VMA, VMA + 0x100);
    assertThat(reasons(trace)).isEqualTo(Map.of(FaultReason.CUT_OFF, 1L));
  }

  /** get_user_pages() calls it without FAULT_FLAG_USER (mm/gup.c faultin_page()). */
  @Test
  void shouldNotTakeACallOfGetUserPagesForTheFaults() {
    Trace trace = called(0x81L).event(FaultEvents.HANDLE_MM_FAULT_RET, TASK, 3, Field.RET, 0L);
    assertThat(reasons(trace)).isEqualTo(Map.of(FaultReason.CUT_OFF, 1L));
  }

  /** A signal is pending: fault_signal_pending(), include/linux/sched/signal.h. */
  @Test
  void shouldNotTellAFaultThatAskedForARetryAndWasNotTriedAgain() {
    Trace trace = called(0x1255L)
        .event(FaultEvents.HANDLE_MM_FAULT_RET, TASK, 3, Field.RET, 0x400L)
        .event(PageFaultEvents.PAGE_FAULT_USER, TASK, 4, Field.ADDRESS, 0x9000L);
    assertThat(reasons(trace)).isEqualTo(Map.of(FaultReason.NOT_RETRIED, 1L, FaultReason.CUT_OFF, 1L));
  }
}
