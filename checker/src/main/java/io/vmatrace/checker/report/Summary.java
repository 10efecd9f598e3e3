package io.vmatrace.checker.report;

import io.vmatrace.checker.report.Report.FaultCounts;
import io.vmatrace.checker.report.Report.RuleResult;
import io.vmatrace.checker.report.Report.Verdict;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a run has come to so far: all that is kept of captures whose reports are written. Summaries of parts of a run can be merged, in
 * any order and grouping.
 *
 * @param captures reports by verdict
 * @param violations definite violations by the rule's id; rules without any are left out
 * @param unreadable inputs that cannot be read, or not to their end
 * @param partly captures of which only a part could be read
 * @param events events that could be read
 * @param lost events that the captures say are gone
 * @param faults page faults by the path that served them
 */
public record Summary(
    SortedMap<Verdict, Long> captures, SortedMap<String, Long> violations, long unreadable, long partly, long events, long lost, FaultCounts faults) {
  /** A run of which nothing has been read. */
  public static final Summary EMPTY = new Summary(new TreeMap<>(), new TreeMap<>(), 0, 0, 0, 0, new FaultCounts(0, 0, 0, 0));

  public Summary {
    captures = Collections.unmodifiableSortedMap(new TreeMap<>(captures));
    violations = Collections.unmodifiableSortedMap(new TreeMap<>(violations));
  }

  /** That of one capture. */
  public static Summary of(Report report) {
    SortedMap<String, Long> violations = new TreeMap<>();
    for (RuleResult rule : report.rules()) {
      if (rule.violations() > 0) {
        violations.put(rule.id(), rule.violations());
      }
    }
    boolean partly = report.unreadable() != null || report.cutShort() != null;
    return new Summary(
        new TreeMap<>(Map.of(report.verdict(), 1L)), violations, report.unreadable() == null ? 0 : 1, partly ? 1 : 0, report.input().events(), report.input().lost(), report.faults());
  }

  /** That of an input without a report. */
  public static Summary of(Unread input) {
    long unreadable = input.verdict() == Verdict.UNREADABLE ? 1 : 0;
    return new Summary(new TreeMap<>(Map.of(input.verdict(), 1L)), new TreeMap<>(), unreadable, 0, 0, 0, new FaultCounts(0, 0, 0, 0));
  }

  /** That of both parts of a run. */
  public Summary merge(Summary other) {
    return new Summary(
        sum(captures, other.captures),
        sum(violations, other.violations),
        unreadable + other.unreadable,
        partly + other.partly,
        events + other.events,
        lost + other.lost,
        faults.plus(other.faults));
  }

  private static <K extends Comparable<K>> SortedMap<K, Long> sum(SortedMap<K, Long> one, SortedMap<K, Long> other) {
    SortedMap<K, Long> sum = new TreeMap<>(one);
    other.forEach((key, count) -> sum.merge(key, count, Long::sum));
    return sum;
  }

  /** {@code 43 captures: 30 OK, 11 VIOLATION, 2 INCONCLUSIVE}. */
  public String text() {
    long all = captures.values().stream().mapToLong(Long::longValue).sum();
    String verdicts =
        Stream.of(Verdict.OK, Verdict.VIOLATION, Verdict.INCONCLUSIVE, Verdict.UNREADABLE)
            .filter(verdict -> captures.containsKey(verdict))
            .map(verdict -> "%d %s".formatted(captures.get(verdict), verdict))
            .collect(Collectors.joining(", "));
    String part = partly == 0 ? "" : "; of %d only a part could be read".formatted(partly);
    return "%d capture%s%s%s".formatted(all, all == 1 ? "" : "s", verdicts.isEmpty() ? "" : ": " + verdicts, part);
  }

  /** The worst verdict; UNREADABLE also where a capture could be read in part. */
  public Verdict worst() {
    if (unreadable > 0) {
      return Verdict.UNREADABLE;
    }
    return captures.isEmpty() ? Verdict.INCONCLUSIVE : captures.firstKey();
  }
}
