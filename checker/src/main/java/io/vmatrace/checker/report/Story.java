package io.vmatrace.checker.report;

import java.util.List;
import java.util.Optional;

/**
 * What tasks did about the VMA or mm of a finding, from what was in flight when its rule was broken to the end of that.
 *
 * @param subject what it is about, for a person: {@code vma 0xff2fcabac07ace40}
 * @param rows in the capture's order
 */
public record Story(String subject, List<StoryRow> rows) {
  /** The row at which the rule is broken. */
  public Optional<StoryRow> breaking() {
    return rows.stream().filter(row -> row.breaks() != null).findFirst();
  }
}
