package io.vmatrace.checker.report;

import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.report.Report.Quote;
import io.vmatrace.checker.report.StoryRow.Place;
import io.vmatrace.checker.report.StoryRow.Side;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What tasks did about the VMA or mm of a finding, from what was in flight when its rule was broken to the end of that.
 *
 * @param subject what it is about, for a person: {@code vma 0xff2fcabac07ace40}
 * @param rows in the capture's order
 */
public record Story(String subject, List<StoryRow> rows) {
  /**
   * A story with a row for what is absent before the row that breaks the rule.
   *
   * @param absent the function that was not called; null for none
   */
  public Story(String subject, List<StoryRow> rows, @Nullable String absent) {
    this(subject, absent == null ? rows : with(rows, absent));
  }

  private static List<StoryRow> with(List<StoryRow> rows, String absent) {
    List<StoryRow> all = new ArrayList<>();
    for (StoryRow row : rows) {
      if (row.breaks() != null) {
        Place since = row.task().since();
        String from = since == null ? "before" : "between %s and %s".formatted(since.shortTime(), row.place().shortTime());
        all.add(row.absent("no %s of the VMA %s".formatted(absent, from)));
      }
      all.add(row.breaks() != null ? row.after(0) : row);
    }
    return List.copyOf(all);
  }

  /** The row at which the rule is broken. */
  public Optional<StoryRow> breaking() {
    return rows.stream().filter(row -> row.breaks() != null).findFirst();
  }

  /**
   * Tasks that did something about the VMA, of which a finding needs nothing: no event of theirs is evidence, and they were inside of nothing
   * where its rule was broken.
   *
   * @param finding whose story this is
   */
  public List<Side> bystanders(FindingReport finding) {
    Set<Integer> needed = finding.evidence().stream().map(Quote::pid).collect(Collectors.toCollection(HashSet::new));
    breaking().ifPresent(
        row -> {
          needed.add(row.task().pid());
          row.others().stream().filter(Story::isAtSomething).map(Side::pid).forEach(needed::add);
        });
    List<Side> bystanders = new ArrayList<>();
    for (StoryRow row : rows) {
      if (row.isStep() && needed.add(row.task().pid())) {
        bystanders.add(row.task());
      }
    }
    return bystanders;
  }

  private static boolean isAtSomething(Side side) {
    return side.isBusy() || side.inside() != null || side.vmaLock() != null || side.mmapLock() != null;
  }
}
