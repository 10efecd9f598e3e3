package io.vmatrace.checker.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.event.KernelLog;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.input.Preamble;
import io.vmatrace.parser.stat.ImportStats;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What would have shown. */
class RecordedTest implements StepSink {
  @Override
  public void accept(Step step) {}

  @Override
  public void lost(long afterAt) {}

  private Recorded recorded(String command, String... events) {
    MmReconstruction reconstruction = new MmReconstruction(this);
    reconstruction.begin(new Preamble("x86_64", Set.of(events)));
    reconstruction.finish();
    CaptureFacts facts = new CaptureFacts("7.2.13", null, ClockUnit.NANOSECONDS, 2, -1, -1, null, new ImportStats(), false, KernelLog.NONE, Map.of("command", command));
    return Recorded.of(reconstruction, facts, null);
  }

  /** That __vma_start_write() was probed says nothing of the function that waits a second time. */
  @Test
  void shouldShowSecondWaitsWhereTheirFunctionWasRecorded() {
    assertThat(recorded("record", "__vma_start_write", "__vma_start_write_ret").showsSecondWaits()).isFalse();
    assertThat(recorded("record").showsSecondWaits()).isFalse();
    Recorded named = recorded("record", "__vma_exclude_readers_for_detach", "__vma_exclude_readers_for_detach_ret");
    assertThat(named.showsSecondWaits()).isTrue();
    assertThat(named.wouldShow(Op.VMA_EXCLUDE_READERS_FOR_DETACH_RET)).isTrue();
    assertThat(named.wouldShow(Op.MMAP_WRITE_LOCK)).isFalse();
  }
}
