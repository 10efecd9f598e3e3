package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.report.Report.Certainty;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The edits of the rules' cases, made at any place of any clean capture: the rule convicts there too, but where the edit leaves what proves
 * another thing. Each mutation is seeded by its number; -Dvmatrace.mutations=5000 makes more of them.
 */
@Tag("soundness")
class MutationsTest {
  private static final int MUTATIONS = Integer.getInteger("vmatrace.mutations", 200);

  /** So many of a hundred are convicted by the rule that the edit breaks, and so many by any. */
  private static final int BY_THE_RULE = 96;

  private static final int BY_ANY = 99;

  @Test
  void shouldConvictWhereverTheRuleIsBroken() {
    List<Path> captures = RealCaptures.clean().toList();
    List<RuleCase> cases = RuleCases.all().stream().filter(c -> c.certainty() == Certainty.DEFINITE).toList();
    int made = 0;
    int acquitted = 0;
    List<String> missed = new ArrayList<>();
    Map<String, int[]> byCase = new TreeMap<>();
    for (long seed = 0; made < MUTATIONS && seed < 200L * MUTATIONS; seed++) {
      Random random = new Random(seed * 7_919L);
      Path capture = captures.get(random.nextInt(captures.size()));
      RuleCase c = cases.get(random.nextInt(cases.size()));
      Lines lines = mutated(capture, c, random);
      if (lines == null) {
        continue;
      }
      RealCaptures.Outcome outcome = RealCaptures.run(RealCaptures.join(lines.lines()));
      if (outcome.recorded().missing(c.info()) != null) {
        continue; // not a rule of that kernel, or what it needs was not recorded
      }
      made++;
      int[] counts = byCase.computeIfAbsent(c.rule() + " " + c.edit(), _ -> new int[2]);
      counts[0]++;
      boolean convicted = outcome.rules().findings().stream().anyMatch(f -> f.rule().id().equals(c.rule()) && f.certainty() == Certainty.DEFINITE);
      if (!convicted) {
        counts[1]++;
        boolean convictedByAnother = outcome.rules().findings().stream().anyMatch(f -> f.certainty() == Certainty.DEFINITE);
        acquitted += convictedByAnother ? 0 : 1;
        missed.add("seed %d: %s, %s at line %d of %s%s".formatted(seed, c.rule(), c.edit(), lines.expected(), capture.getFileName(), convictedByAnother ? "; another rule convicts" : ""));
      }
    }
    byCase.forEach((name, n) -> System.out.println("%d of %d missed: %s".formatted(n[1], n[0], name)));
    System.out.println("%d mutations, %d of them not convicted by the rule, %d by none: %s".formatted(made, missed.size(), acquitted, missed));
    assertThat(made).isEqualTo(MUTATIONS);
    assertThat(100L * (made - missed.size()) / made).as("convicted by the rule, %%: %s", missed).isGreaterThanOrEqualTo(BY_THE_RULE);
    assertThat(100L * (made - acquitted) / made).as("convicted by any rule, %%: %s", missed).isGreaterThanOrEqualTo(BY_ANY);
  }

  /** Null where the capture has no place for it. */
  private static @Nullable Lines mutated(Path capture, RuleCase c, Random random) {
    List<String> text = RealCaptures.lines(capture);
    Lines lines = new Lines(text, random.nextInt(text.size()));
    try {
      c.editor().accept(lines);
      return lines;
    } catch (IllegalStateException | IllegalArgumentException | IndexOutOfBoundsException e) {
      return null;
    }
  }
}
