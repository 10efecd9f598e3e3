package io.vmatrace.checker.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.catalogue.Rules;
import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.report.Report.Quote;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.checker.rule.Severity;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Findings of one cause are one group, what follows from another says so, and a baseline takes whole causes only. */
class FindingGroupTest {
  private static final RuleInfo R59 = Rules.find("R59").orElseThrow();

  private static FindingReport finding(long line, String rule, String function, String vma, long section) {
    String text = "%s: (%s+0x1/0x9)".formatted(function, function);
    Quote at = new Quote(line, line * 10, "1.%06d000".formatted(line), 0, 7, "w", function, 0, text, null);
    return new FindingReport(rule + "@" + line, rule, Severity.MEMORY_SAFETY, Certainty.DEFINITE, "m", "0x1", vma, null, section, List.of(at), FindingId.of(rule, function, text, FindingId.Way.UNTOLD), 0, null, null);
  }

  /** A task may call itself by what a terminal obeys. */
  @Test
  void shouldShowNoControlCharacterOfAComm() {
    StringWriter text = new StringWriter();
    TextReports reports = new TextReports(new ReportOutput(text, Style.PLAIN, "1", RunName.NONE));
    reports.begin(false);
    reports.capture(ReportSamples.odd());
    assertThat(text.toString().lines().skip(3)).anyMatch(line -> line.contains("??[1m#%")).noneMatch(line -> line.chars().anyMatch(c -> c == 0x1b));
  }

  @Test
  void shouldCountVmasSectionsAndTasksOfOneCause() {
    List<FindingGroup> groups =
        FindingGroup.of(
            List.of(finding(5, "R59", "vm_area_free", "0xa", 1), finding(6, "R59", "remove_vma", "0xb", 1), finding(7, "R59", "vm_area_free", "0xb", 2)),
            Map.of("R59/vm_area_free", 40L));

    assertThat(groups).extracting(FindingGroup::cause).containsExactly("R59/vm_area_free", "R59/remove_vma");
    assertThat(groups.getFirst())
        .returns(42L, FindingGroup::count)
        .returns(2L, FindingGroup::vmas)
        .returns(2L, FindingGroup::sections)
        .returns(1L, FindingGroup::tasks);
  }

  @Test
  void shouldFollowFromAnotherRulesFindingOfTheSameVmaAndSection() {
    List<FindingGroup> groups =
        FindingGroup.of(List.of(finding(5, "R37", "vma_prepare", "0xa", 1), finding(6, "R59", "vm_area_free", "0xa", 1)), Map.of());
    assertThat(groups).extracting(FindingGroup::followsFrom).containsExactly(null, "R37/vma_prepare");
  }

  @Test
  void shouldNotFollowWhereOneOfThemStandsAlone() {
    List<FindingGroup> groups =
        FindingGroup.of(
            List.of(finding(5, "R37", "vma_prepare", "0xa", 1), finding(6, "R59", "vm_area_free", "0xa", 1), finding(7, "R59", "vm_area_free", "0xa", 2)),
            Map.of());
    assertThat(groups).extracting(FindingGroup::followsFrom).containsExactly(null, (String) null);
  }

  @Test
  void shouldStopForEveryCauseThatIsNotKnown() {
    List<FindingGroup> groups = FindingGroup.of(List.of(finding(5, "R59", "vm_area_free", "0xa", 1), finding(6, "R59", "remove_vma", "0xb", 1)), Map.of());
    Gate half = new Gate(Set.of("R59/vm_area_free")::contains, Severity.HANG);
    Gate whole = new Gate(Set.of("R59/vm_area_free", "R59/remove_vma")::contains, Severity.HANG);

    assertThat(half.stops(R59, 2, half.marked(groups))).isTrue();
    assertThat(whole.stops(R59, 2, whole.marked(groups))).isFalse();
    assertThat(whole.stops(R59, 3, whole.marked(groups))).as("the cause of the third is not told").isTrue();
    assertThat(half.marked(groups)).extracting(FindingGroup::known).containsExactly(true, false);
  }

  @Test
  void shouldNotStopForWhatIsLessSevere() {
    RuleInfo hang = Rules.infos().stream().filter(rule -> rule.severity() == Severity.HANG).findFirst().orElseThrow();
    Gate gate = new Gate(_ -> false, Severity.MEMORY_SAFETY);
    assertThat(gate.stops(hang, 1, List.of())).isFalse();
    assertThat(gate.stops(R59, 1, List.of())).isTrue();
  }

  @Test
  void shouldNotStopForWhatOnlyCostsTime() {
    RuleInfo performance = Rules.infos().stream().filter(rule -> rule.severity() == Severity.PERFORMANCE).findFirst().orElseThrow();
    assertThat(Gate.SHUT.stops(performance, 1, List.of())).isFalse();
    assertThat(new Gate(_ -> false, Severity.PERFORMANCE).stops(performance, 1, List.of())).isTrue();
  }
}
