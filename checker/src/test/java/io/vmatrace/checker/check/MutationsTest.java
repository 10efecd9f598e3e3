package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.report.Report.Certainty;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The edits of the rules' cases, made at any place of any clean capture: the rule convicts there too, but for one in a hundred, which mostly
 * another rule convicts at that very event. Where nothing is left to convict, what a kernel without a bug did there is put in, and nothing is
 * found.
 * Each mutation is seeded by its number; -Dvmatrace.mutations=5000 makes more of them, -Dvmatrace.seed=1000000 others.
 */
@Tag("soundness")
class MutationsTest {
  private static final int MUTATIONS = Integer.getInteger("vmatrace.mutations", 200);

  /** Where the numbers of the mutations begin. */
  private static final long FIRST = Long.getLong("vmatrace.seed", 0);

  /** One in so many of those that leave evidence is convicted by another rule only, or not at all; in a short run it may be a few. */
  private static final int NOT_BY_THE_RULE = 100;

  private static final int A_FEW = 10;

  /** What comes of a mutation. */
  private enum Fate {
    CONVICTED,
    CONVICTED_BY_ANOTHER_RULE,
    EXPLAINED,
    MISSED
  }

  @Test
  void shouldConvictWhereverTheRuleIsBroken() {
    List<Path> captures = captures();
    List<RuleCase> cases = RuleCases.all().stream().filter(c -> c.certainty() == Certainty.DEFINITE).toList();
    int made = 0;
    Map<Fate, Integer> fates = new EnumMap<>(Fate.class);
    List<String> missed = new ArrayList<>();
    List<String> elsewhere = new ArrayList<>();
    Map<String, Map<Fate, Integer>> byCase = new TreeMap<>();
    for (long seed = FIRST; made < MUTATIONS && seed < FIRST + 200L * MUTATIONS; seed++) {
      Random random = new Random(seed * 7_919L);
      Path capture = captures.get(random.nextInt(captures.size()));
      RuleCase c = cases.get(random.nextInt(cases.size()));
      Lines mutated = mutated(capture, c, random);
      if (mutated == null) {
        continue;
      }
      RealCaptures.Outcome outcome = RealCaptures.run(RealCaptures.join(mutated.lines()));
      if (outcome.recorded().missing(c.info()) != null) {
        continue; // not a rule of that kernel, or what it needs was not recorded
      }
      made++;
      Fate fate = fate(capture, c, mutated, outcome);
      fates.merge(fate, 1, Integer::sum);
      byCase.computeIfAbsent(c.rule() + " " + c.edit(), _ -> new EnumMap<>(Fate.class)).merge(fate, 1, Integer::sum);
      if (fate == Fate.MISSED || fate == Fate.CONVICTED_BY_ANOTHER_RULE) {
        String which = "seed %d: %s, %s at line %d of %s".formatted(seed, c.rule(), c.edit(), mutated.expected(), capture.getFileName());
        String why = outcome.rules().findings().stream().filter(f -> f.rule().id().equals(c.rule())).map(f -> f.at() + " " + f.whyPossible()).distinct().limit(3).collect(Collectors.joining("; "));
        which += why.isEmpty() ? ", not seen" : ", only possible: " + why;
        String by = outcome.violations().stream().map(f -> f.rule().id() + " at line " + f.at()).collect(Collectors.joining(", "));
        (fate == Fate.MISSED ? missed : elsewhere).add(which + (by.isEmpty() ? "" : ", but: " + by));
      }
    }
    byCase.forEach((name, of) -> System.out.println(of + " " + name));
    Stream.concat(elsewhere.stream(), missed.stream()).forEach(System.out::println);
    System.out.println("%d mutations: %s".formatted(made, fates));
    assertThat(made).isEqualTo(MUTATIONS);
    int evident = made - fates.getOrDefault(Fate.EXPLAINED, 0);
    int notByTheRule = evident - fates.getOrDefault(Fate.CONVICTED, 0);
    assertThat(notByTheRule).as("not convicted by the rule, of %d that leave evidence; neither convicted nor explained: %s", evident, missed)
        .isLessThanOrEqualTo(Math.max(A_FEW, evident / NOT_BY_THE_RULE));
  }

  /** All clean captures: those beside the project, and the samples that are not among them. */
  private static List<Path> captures() {
    List<Path> captures = RealCaptures.clean().toList();
    List<String> names = captures.stream().map(MutationsTest::name).toList();
    return Stream.concat(captures.stream(), RealCaptures.cleanSamples().filter(sample -> !names.contains(name(sample)))).toList();
  }

  private static String name(Path capture) {
    return capture.getFileName().toString().replaceFirst("^clean-", "");
  }

  private static Fate fate(Path capture, RuleCase c, Lines mutated, RealCaptures.Outcome outcome) {
    List<Found> violations = outcome.violations();
    if (violations.stream().anyMatch(f -> f.rule().id().equals(c.rule()))) {
      return Fate.CONVICTED;
    }
    Edits edits = Edits.of(RealCaptures.lines(capture), mutated.lines());
    if (violations.stream().anyMatch(f -> isOf(f, edits, mutated))) {
      return Fate.CONVICTED_BY_ANOTHER_RULE;
    }
    return violations.isEmpty() && isExplained(mutated, edits) ? Fate.EXPLAINED : Fate.MISSED;
  }

  /** Whether a finding is at the edit, rests on it, or comes after it in the same system call of its task. */
  private static boolean isOf(Found found, Edits edits, Lines mutated) {
    if (edits.isAt(found.at()) || found.evidence().stream().anyMatch(e -> edits.isAt(e.moment().at()))) {
      return true;
    }
    return edits.places().stream().limit(1).anyMatch(at -> isInCall(at - 1, (int) found.at() - 1, mutated));
  }

  private static boolean isInCall(int edited, int at, Lines mutated) {
    String task = "-" + mutated.event(edited).pid() + " ";
    List<String> between = at < edited ? List.of() : mutated.lines().subList(edited, at + 1);
    return !between.isEmpty() && between.getLast().contains(task) && between.stream().noneMatch(line -> line.contains(task) && line.matches(".*: sys_\\w+ -> .*"));
  }

  /** Whether an explanation keeps every line of the mutation, in its order or that of a clock that is not ahead, and leaves nothing to find but hints. */
  private static boolean isExplained(Lines mutated, Edits edits) {
    Stream<List<String>> withMore = Explanations.of(mutated, edits).peek(explained -> assertThat(explained).containsSubsequence(mutated.lines()));
    return Stream.concat(withMore, Explanations.withoutSkew(mutated, edits))
        .anyMatch(
            explained -> {
              RealCaptures.Outcome outcome = RealCaptures.run(RealCaptures.join(explained));
              return outcome.rules().findings().stream().allMatch(f -> f.rule().neverDefinite() || outcome.recorded().missing(f.rule()) != null);
            });
  }

  /** Null where the capture has no place for it. */
  private static @Nullable Lines mutated(Path capture, RuleCase c, Random random) {
    List<String> text = RealCaptures.lines(capture);
    Lines lines = new Lines(text, random.nextInt(text.size()));
    try {
      c.editor().accept(lines);
      lines.addSwitchesOf(RuleCase.STRANGER);
      return lines;
    } catch (IllegalStateException | IllegalArgumentException | IndexOutOfBoundsException e) {
      return null;
    }
  }
}
