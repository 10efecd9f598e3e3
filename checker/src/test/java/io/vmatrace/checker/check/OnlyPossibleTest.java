package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.parser.event.Op;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A rule whose header says that its findings are only possible proves nothing, however it says that it is broken. */
class OnlyPossibleTest {
  private static final String SECTION =
      """
                  task-101     [000] .....     1.000001: mmap_lock_start_locking: mm=00000000aaaaaaaa write=true
                  task-101     [000] .....     1.000002: mmap_lock_acquire_returned: mm=00000000aaaaaaaa write=true success=true
                  task-101     [000] .....     1.000003: mmap_lock_released: mm=00000000aaaaaaaa write=true
                  task-101     [000] .....     1.000003: mmap_lock_start_locking: mm=00000000aaaaaaaa write=false
      """;

  /** Says the same of every release, in each way that there is. */
  private static final class Breaks extends Rule {
    Breaks(boolean possible) {
      super(possible ? header().onlyPossible() : header());
    }

    private static RuleInfo header() {
      return wrongResult("R999", "nothing is ever released").on(Op.MMAP_WRITE_UNLOCK).relyingOn(Fact.WRITE_SECTION);
    }

    @Override
    public void check(Step step, Checks checks) {
      checks.brokenByValues("by values");
      checks.broken("by history");
      checks.brokenUnless(() -> false, "unless something follows");
      checks.brokenUnless(() -> false, () -> false, "unless something disproves it");
    }
  }

  private static RuleTally tally(boolean possible) {
    byte[] text = SECTION.getBytes(StandardCharsets.ISO_8859_1);
    RuleTally tally = RealCaptures.run(text, 0, text.length, List.of(new Breaks(possible))).rules().tallies().getFirst();
    assertThat(tally.checked()).isEqualTo(4);
    assertThat(tally.findings()).hasSize(4);
    return tally;
  }

  @Test
  void shouldNeverBeDefinite() {
    RuleTally tally = tally(true);
    assertThat(tally.findings()).allMatch(found -> found.certainty() == Certainty.POSSIBLE);
    assertThat(tally.violations()).isZero();
    assertThat(tally.possible()).isEqualTo(4);
  }

  /** What the end of the capture leaves open is no reason to give no verdict. */
  @Test
  void shouldTakeNoVerdict() {
    assertThat(tally(true).unsettled()).isNull();
    assertThat(tally(false).unsettled()).isNotNull();
  }
}
