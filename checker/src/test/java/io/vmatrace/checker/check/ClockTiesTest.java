package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.specs.SyscallEvents;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Events of two CPUs at one time of the trace clock may have come either way round: neither way may make a violation of what the other does not. */
class ClockTiesTest {
  private static final long VMA = 0xff00000000002000L;
  private static final int WRITER = 1;
  private static final int READER = 2;

  private static Trace writeLocked() {
    Trace trace = Trace.recordingAll().event(SyscallEvents.SYS_ENTER_MADVISE, WRITER, 8, Field.START, 0x5000L, Field.LENGTH, 0x1000L);
    return trace.mmapWriteLock(WRITER, 10).vmaWriteLock(WRITER, 20, VMA);
  }

  /** The system call of the writer ends after all. */
  private static List<String> rules(Trace trace) {
    trace.event(SyscallEvents.SYS_EXIT_MADVISE, WRITER, 90_010, Field.RET, 0L);
    return Verdict.of(Generation.EXCLUDE_READERS, trace.events()).stream().map(finding -> finding.substring(0, 3)).toList();
  }

  @Test
  void shouldConvictAReadLockInsideTheWriteLock() {
    assertThat(rules(writeLocked().lookUp(READER, 30, VMA).mmapWriteUnlock(WRITER, 90_000))).containsExactly("R18");
  }

  @Test
  void shouldTakeAVerdictBackThatTheEndOfTheSectionAtTheSameTimeExcuses() {
    assertThat(rules(writeLocked().lookUp(READER, 30, VMA).mmapWriteUnlock(WRITER, 31))).isEmpty();
  }

  @Test
  void shouldNotConvictALookUpThatBeginsAtTheTimeOfTheWriteLock() {
    assertThat(rules(writeLocked().lookUp(READER, 21, VMA).mmapWriteUnlock(WRITER, 40))).isEmpty();
    assertThat(rules(writeLocked().lookUp(READER, 22, VMA).mmapWriteUnlock(WRITER, 90_000))).containsExactly("R18");
  }
}
