package io.vmatrace.checker.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.rule.RuleInfo;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The gate: every rule is complete. That each has a case is RuleCasesTest's to say. */
class RuleCatalogueTest {
  private static final List<String> HEADINGS =
      List.of("## Why it matters", "## Interleaving", "## Known false positives", "## Sources");

  static Stream<RuleInfo> rules() {
    return Rules.infos().stream();
  }

  @Test
  void shouldHaveEachNumberOnceAndInOrder() {
    assertThat(Rules.infos()).extracting(RuleInfo::number).isSorted().doesNotHaveDuplicates();
    assertThat(UncheckedRules.all()).extracting(UncheckedRule::number).isSorted();
    List<String> listed = RuleList.all().stream().map(RuleList.Entry::id).toList();
    List<String> numbers = IntStream.rangeClosed(1, 116).mapToObj("R%02d"::formatted).toList();
    assertThat(numbers.stream().filter(id -> !listed.contains(id))).as("rules that are in no family's list, nor in UncheckedRules").isEmpty();
    assertThat(listed).isEqualTo(numbers);
  }

  static Stream<UncheckedRule> uncheckedRules() {
    return UncheckedRules.all().stream();
  }

  @ParameterizedTest
  @MethodSource("uncheckedRules")
  void shouldSayWhyARuleIsNotChecked(UncheckedRule rule) {
    assertThat(rule.why()).isNotBlank().doesNotEndWith(".");
    assertThat(rule.shownBy().isEmpty()).isEqualTo(rule.reason() == UncheckedRule.Reason.NO_CHECK);
    assertThat(RulePage.of(rule)).startsWith("# %s: %s\n".formatted(rule.id(), rule.statement()));
    if (rule.reason() == UncheckedRule.Reason.COVERED) {
      assertThat(List.of(rule.shownBy().split(", ", -1))).allMatch(id -> Rules.find(id).isPresent());
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void shouldSayWhatItIs(RuleInfo info) {
    assertThat(info.id()).matches("R\\d\\d\\d?");
    assertThat(info.summary()).isNotBlank().hasSizeLessThan(110).doesNotEndWith(".");
    assertThat(info.sources()).isNotEmpty().noneMatch(String::isBlank);
    assertThat(info.on()).isNotEmpty();
    assertThat(info.generations()).isNotEmpty();
    assertThat(Rules.find(info.id().toLowerCase(Locale.ROOT))).contains(info);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void shouldHaveAWholePage(RuleInfo info) {
    List<String> page = RulePage.of(info).lines().toList();
    assertThat(page.getFirst()).isEqualTo("# %s: %s".formatted(info.id(), info.summary()));
    assertThat(page.stream().filter(line -> line.startsWith("## ")).toList()).isEqualTo(HEADINGS);
    assertThat(page.stream().filter(line -> line.length() > 100 && !line.startsWith("# ") && !line.startsWith("- "))).as("lines of more than 100 characters in rules/%s.md", info.id()).isEmpty();
    assertThat(page).contains("- severity: " + info.severity().text()).anyMatch(line -> line.startsWith("- kernels: "));
    assertThat(page).containsAll(info.sources().stream().map(source -> "- " + source).toList());
  }
}
