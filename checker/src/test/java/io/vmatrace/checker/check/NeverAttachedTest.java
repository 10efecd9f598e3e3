package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.specs.MapleTreeEvents;
import io.vmatrace.parser.event.specs.VmaEvents;
import org.junit.jupiter.api.Test;

/** R59 on kernels to 6.14, where a VMA has its detached flag clear from its birth on. */
class NeverAttachedTest {
  private static final long VMA = 0xff00000000002000L;
  private static final int TASK = 1;

  private static Trace allocated() {
    return new Trace().mmapWriteLock(TASK, 10).event(VmaEvents.VM_AREA_ALLOC_RET, TASK, 20, Field.VMA, VMA, Field.MM, Trace.MM);
  }

  private static Trace stored(Trace trace, long time, long vma) {
    return trace.event(MapleTreeEvents.MA_WRITE, TASK, time, Field.START, 0x5000L, Field.END, 0x7000L, Field.VMA, vma);
  }

  private static Trace freed(Trace trace, long detached) {
    trace.event(VmaEvents.VM_AREA_FREE, TASK, 50, Field.VMA, VMA, Field.MM, Trace.MM, Field.DETACHED, detached);
    return trace.mmapWriteUnlock(TASK, 60);
  }

  @Test
  void shouldNotConvictTheFreeOfAVmaThatWasNeverInTheTree() {
    assertThat(Verdict.withPossible(Generation.RWSEM, freed(allocated(), 0).events())).isEmpty();
  }

  @Test
  void shouldConvictTheFreeOfAVmaThatWasInTheTreeAndNeverMarkedDetached() {
    Trace trace = stored(stored(allocated().vmaWriteLock(TASK, 30, VMA), 40, VMA), 41, 0);
    assertThat(Verdict.of(Generation.RWSEM, freed(trace, 0).events())).hasSize(1).allMatch(finding -> finding.startsWith("R59 "));
  }

  @Test
  void shouldAcquitTheFreeOfAVmaThatIsMarkedDetached() {
    Trace trace = stored(stored(allocated().vmaWriteLock(TASK, 30, VMA), 40, VMA), 41, 0);
    assertThat(Verdict.withPossible(Generation.RWSEM, freed(trace, 1).events())).isEmpty();
  }
}
