package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.report.ReportOutput;
import io.vmatrace.checker.report.RunName;
import io.vmatrace.checker.report.Story;
import io.vmatrace.checker.report.StoryRow;
import io.vmatrace.checker.report.StoryRow.Side;
import io.vmatrace.checker.report.Style;
import io.vmatrace.checker.report.TextReports;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stories of real findings have: the rows that prove them, and nothing that contradicts them. */
class FindingStoriesTest {
  private static Report check(Path capture) throws Exception {
    return Check.run(capture.toString(), new Check.Options(null, true), _ -> {});
  }

  private static Report edited(String name) throws Exception {
    assumeTrue(RealCaptures.hasShared(), "needs the captures beside the project");
    return check(RealCaptures.shared("edited/" + name + ".txt.zst"));
  }

  private static FindingReport finding(Report report, String rule) {
    return report.findings().stream().filter(finding -> finding.rule().equals(rule) && finding.story() != null).findFirst().orElseThrow();
  }

  private static List<StoryRow> rows(Report report, String rule) {
    return Objects.requireNonNull(finding(report, rule).story()).rows();
  }

  private static List<String> steps(List<StoryRow> rows) {
    return rows.stream().map(StoryRow::step).toList();
  }

  private static String text(Report report) {
    StringWriter text = new StringWriter();
    TextReports reports = new TextReports(new ReportOutput(new PrintWriter(text), Style.PLAIN, "1", RunName.NONE));
    reports.begin(false);
    reports.capture(report);
    return text.toString();
  }

  /** A fault that returns proves that the VMA was freed in its hands: the free is what is wrong, and the story begins with the look-up. */
  @Test
  void shouldMarkTheRowThatBreaksTheRuleAndTheOneThatProvesIt() throws Exception {
    Report report = edited("e2-05-freed-under-reader");
    List<StoryRow> rows = rows(report, "R60");
    assertThat(rows).filteredOn(row -> row.breaks() != null).extracting(StoryRow::step).containsExactly("VM_AREA_FREE");
    assertThat(rows).filteredOn(row -> row.proves() != null).extracting(StoryRow::step).containsExactly("HANDLE_MM_FAULT_RET");
    assertThat(steps(rows)).startsWith("LOCK_VMA_UNDER_RCU", "VMA_START_READ", "HANDLE_MM_FAULT");
    assertThat(finding(report, "R60").brokenAt().line()).isEqualTo(752);
    assertThat(text(report)).contains("txt.zst:752", "line 752: the VMA is freed: here the rule is broken", "line 753: here it is proved");
  }

  /** The first of 155 forks alone; of a later one a fault of another thread is in the VMA that is copied. */
  @Test
  void shouldTellOfTheFindingWithAnotherTaskInFlight() throws Exception {
    Report report = check(Path.of("../samples/broken-fork-unlocked-fork-faults.txt.zst"));
    FindingReport told = report.findings().stream().filter(finding -> finding.certainty() == Certainty.DEFINITE && finding.story() != null).findFirst().orElseThrow();
    StoryRow broken = Objects.requireNonNull(told.story()).rows().stream().filter(row -> row.breaks() != null).findFirst().orElseThrow();
    assertThat(broken.place().line()).isEqualTo(2013);
    assertThat(broken.others()).anyMatch(side -> Objects.toString(side.inside()).startsWith("handle_mm_fault()"));
    assertThat(text(report)).contains("fork-faults.txt.zst:2013", "one of them: vma");
  }

  /** The VMAs that a merge has write-locked, and by which function, beside the one that it has not. */
  @Test
  void shouldNameTheFunctionThatWriteLocksTheOtherVmas() throws Exception {
    List<StoryRow> rows = rows(check(Path.of("../samples/broken-merge-unlocked-merge.txt.zst")), "R85");
    assertThat(rows).filteredOn(row -> row.breaks() != null).flatExtracting(StoryRow::changes)
        .contains(new StoryRow.Change("write-locked for vma_modify()", null, "0xff110000009b3d80, 0xff11000000bc86c0"));
  }

  @Test
  void shouldMarkTheWaitNotTheReturn() throws Exception {
    List<StoryRow> rows = rows(edited("e2-35-blocks-on-mmap-lock-under-read-lock"), "R26");
    assertThat(rows).filteredOn(row -> row.breaks() != null).extracting(StoryRow::text).containsExactly("waits for a lock");
    assertThat(steps(rows)).startsWith("LOCK_VMA_UNDER_RCU", "VMA_START_READ", "HANDLE_MM_FAULT");
  }

  /** What is stored after the release is stored without the lock because of the release. */
  @Test
  void shouldShowTheReleaseThatCameTooEarly() throws Exception {
    assertThat(steps(rows(edited("e0-28-fork-stores-after-unlock"), "R47"))).containsSubsequence("SYSCALL_ENTER", "MMAP_WRITE_LOCK", "MMAP_WRITE_UNLOCK", "MAS_STORE");
    assertThat(steps(rows(edited("e0-33-store-after-release"), "R47"))).containsSubsequence("MMAP_WRITE_LOCK", "MMAP_WRITE_UNLOCK", "MAS_STORE");
  }

  /** The execve() has taken and released the mmap_lock several times before: those holds led to nothing. */
  @Test
  void shouldShowNoHoldWithoutItsRelease() throws Exception {
    List<String> steps = steps(rows(edited("e2-27-two-start-writes"), "R30"));
    assertThat(steps.subList(0, steps.indexOf("MMAP_WRITE_UNLOCK"))).filteredOn(step -> step.endsWith("_LOCK")).containsExactly("MMAP_WRITE_LOCK");
  }

  /** The system call begins earlier than the hold. */
  @Test
  void shouldSaySinceWhenALockIsHeld() throws Exception {
    assertThat(text(edited("e2-08-granted-while-write-locked"))).contains("meanwhile workload-236 holds the mmap_lock for writing since 22.022716 on CPU");
    assertThat(text(edited("e0-25-released-by-another-task"))).contains("meanwhile workload-20316 holds the mmap_lock for writing since 2747.025887 on\n    CPU 0", "the same mm\n  in the same write section");
    assertThat(text(edited("e2-05-freed-under-reader"))).contains("is inside handle_mm_fault() at 0x7f6cdd8bb000 since\n    22.022682 on CPU 0");
  }

  @Test
  void shouldEndWhereTheAddressIsThatOfAnotherVma() throws Exception {
    assertThat(steps(rows(edited("e2-08-granted-while-write-locked"), "R18"))).contains("VM_AREA_FREE").doesNotContain("VM_AREA_ALLOC").endsWith("MMAP_READ_UNLOCK", "SYSCALL_EXIT");
  }

  @Test
  void shouldHaveARowForTheDetachThatIsAbsent() throws Exception {
    List<StoryRow> rows = rows(check(Path.of("../samples/broken-free-attached-churn.txt.zst")), "R59");
    int broken = steps(rows).indexOf("VM_AREA_FREE");
    assertThat(rows.get(broken - 1)).extracting(StoryRow::step, StoryRow::text).containsExactly(StoryRow.ABSENT, "no vma_mark_detached() of the VMA between 3.585199 and 3.585809");
    assertThat(steps(rows(check(Path.of("../samples/broken-detach-no-wait-churn.txt.zst")), "R59"))).doesNotContain(StoryRow.ABSENT);
  }

  @Test
  void shouldNameBystandersAsData() throws Exception {
    FindingReport finding = finding(check(Path.of("../samples/broken-free-attached-churn.txt.zst")), "R59");
    Story story = Objects.requireNonNull(finding.story());
    assertThat(story.bystanders(finding)).extracting(Side::name).containsExactly("workload-143");
  }

  /** The values are not in the slice from which it would show that the look-up is in the VMA's range: that it has not returned shows anyway. */
  @Test
  void shouldShowALookUpOfTheEvidenceInFlight(@TempDir Path folder) throws Exception {
    List<String> lines = RealCaptures.lines(Path.of("../samples/broken-detach-no-wait-churn.txt.zst"));
    List<String> wanted = List.of(" 7.674323: lock_vma_under_rcu:", " 7.674539: __vma_start_write_ret:", " 7.674705: vm_area_free:");
    Path slice = Files.write(folder.resolve("slice.txt"), RealCaptures.join(lines.stream().filter(line -> wanted.stream().anyMatch(line::contains)).toList()));
    List<StoryRow> rows = rows(check(slice), "R59");
    assertThat(rows).filteredOn(row -> row.breaks() != null).singleElement().extracting(row -> row.others().getFirst().inside()).isEqualTo("lock_vma_under_rcu() at 0x7fa6d93f6000");
  }

  @Test
  void shouldSayWhyAFindingIsOnlyPossible() throws Exception {
    assertThat(finding(edited("e2-29-stored-range-not-own"), "R53").doubt()).isNotBlank();
    assertThat(finding(edited("e0-21-user-fault-in-write-section"), "R47").doubt()).isEqualTo("events of the mmap_lock are missing");
    assertThat(text(edited("e0-24-one-vma-stored-at-two-ranges-one-section"))).contains("only possible: no capture can prove this rule broken");
    assertThat(edited("e2-05-freed-under-reader").findings()).allMatch(finding -> finding.doubt() == null);
  }
}
