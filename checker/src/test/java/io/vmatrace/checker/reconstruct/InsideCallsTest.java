package io.vmatrace.checker.reconstruct;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.parser.event.specs.PageFaultEvents;
import io.vmatrace.parser.event.specs.WriteLockEvents;
import org.junit.jupiter.api.Test;

/** A function that returns and was not entered: its entry is missing after its last event, not after the task's. */
class InsideCallsTest {
  private final InsideCalls inside = new InsideCalls();

  @Test
  void shouldTellAfterWhichPlaceAnEntryIsMissing() {
    assertThat(inside.note(WriteLockEvents.VMA_START_WRITE_RET, 1)).as("recording began inside of it").isEqualTo(-1);
    assertThat(inside.note(WriteLockEvents.VMA_START_WRITE, 2)).isEqualTo(-1);
    assertThat(inside.note(WriteLockEvents.VMA_START_WRITE_RET, 3)).isEqualTo(-1);
    assertThat(inside.note(WriteLockEvents.VMA_MARK_DETACHED, 4)).isEqualTo(-1);
    assertThat(inside.note(PageFaultEvents.PAGE_FAULT_USER, 5)).isEqualTo(-1);
    assertThat(inside.note(WriteLockEvents.VMA_START_WRITE_RET, 6)).isEqualTo(3);
    assertThat(inside.note(WriteLockEvents.VMA_MARK_DETACHED_RET, 7)).isEqualTo(-1);
  }
}
