package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.specs.MapleTreeEvents;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Verdicts that wait for an event that shows that its kind was on. */
class AbsencesTest {
  private static final long OFTEN = 0xff00000000002000L;
  private static final long ONCE = 0xff00000000003000L;
  private static final int TASK = 1;
  private static final int STORES = 70;

  /** So many verdicts of one rule wait. */
  private static final int MOST = 64;

  /** A rule that each store of a VMA breaks, for want of a write lock. */
  private static final class Broken extends Rule {
    private final long vma;

    Broken(String id, long vma) {
      super(memorySafety(id, "the VMA is not stored").on(Op.MAS_STORE).relyingOn(Fact.VMA_NOT_WRITE_LOCKED));
      this.vma = vma;
    }

    @Override
    public void check(Step step, Checks checks) {
      if (step.vma() != null && step.vma().address() == vma) {
        checks.broken("it is");
      }
    }
  }

  private static Trace stores(Trace trace, long time, long vma) {
    return trace.event(MapleTreeEvents.MA_WRITE, TASK, time, Field.START, 0x5000L, Field.END, 0x6000L, Field.VMA, vma);
  }

  @Test
  void shouldKeepRoomForTheVerdictsOfEachRule() {
    Trace trace = Trace.recordingAll().vmaWriteLock(TASK, 6, OFTEN).vmaWriteLock(TASK, 8, ONCE);
    for (int i = 0; i < STORES; i++) {
      stores(trace, 10 + i, OFTEN);
    }
    stores(trace, 10 + STORES, ONCE).vmaWriteLock(TASK, 20 + STORES, OFTEN);
    RuleRun rules = new RuleRun(List.of(new Broken("R01", OFTEN), new Broken("R02", ONCE)));
    trace.applied(rules);
    RuleTally often = rules.tallies().getFirst();
    RuleTally once = rules.tallies().getLast();
    assertThat(List.of(often.violations(), often.possible())).as("definite, and possible for want of room").containsExactly((long) MOST, (long) STORES - MOST);
    assertThat(List.of(once.violations(), once.possible())).as("of another rule").containsExactly(1L, 0L);
  }
}
