package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.report.Report.Verdict;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Recordings of clean kernels that have not all events: collects those that were convicted, and says by which rule and for want of what. */
final class Convictions {
  private static final int MOST_EXPLAINED = Integer.getInteger("vmatrace.explained", 60);
  private static final int MOST_SHOWN = 40;

  private final List<String> shown = new ArrayList<>();
  private final Map<String, Integer> byRule = new TreeMap<>();
  private final Map<String, Integer> byCause = new TreeMap<>();
  private int recordings;
  private int convicted;

  /** Checks a recording that lacks some kinds of events altogether. */
  void checkWithout(DecodedCapture capture, Set<EventKind> missing, String what) {
    Set<String> rules = convicting(capture, (events, i) -> !missing.contains(events.kind(i)), what + " without " + missing);
    if (convicted <= MOST_EXPLAINED) {
      rules.forEach(rule -> byCause.merge(rule + " for want of " + cause(capture, missing, rule), 1, Integer::sum));
    }
  }

  /** Checks a recording; what it lacks is said without task, mm and place where convictions are counted. */
  void check(DecodedCapture capture, DecodedCapture.Kept kept, String what) {
    String cause = what.replaceAll("(pid |mm |event |MM=)[0-9a-f]+", "$1N");
    convicting(capture, kept, what).forEach(rule -> byCause.merge(rule + " for want of " + cause, 1, Integer::sum));
  }

  /** Checks a recording that has other events in place of the capture's. */
  void checkEvents(DecodedCapture capture, EventBatch events, String what) {
    convicting(capture, capture.check(events), what);
  }

  private Set<String> convicting(DecodedCapture capture, DecodedCapture.Kept kept, String what) {
    return convicting(capture, capture.check(kept), what);
  }

  private Set<String> convicting(DecodedCapture capture, Report report, String what) {
    recordings++;
    Set<String> rules = rules(report);
    if (report.verdict() == Verdict.VIOLATION) {
      convicted++;
      rules.forEach(rule -> byRule.merge(rule, 1, Integer::sum));
      if (shown.size() < MOST_SHOWN) {
        FindingReport first = report.findings().getFirst();
        shown.add("%s, %s: %s %s".formatted(capture.name(), what, first.id(), first.message()));
      }
    }
    return rules;
  }

  /** As many events as can be given back so that the rule still convicts are given back: those that are left fool it. */
  private static Set<EventKind> cause(DecodedCapture capture, Set<EventKind> missing, String rule) {
    Set<EventKind> cause = new TreeSet<>(DecodedCapture.BY_NAME);
    cause.addAll(missing);
    for (EventKind kind : missing) {
      cause.remove(kind);
      if (!rules(capture.check((events, i) -> !cause.contains(events.kind(i)))).contains(rule)) {
        cause.add(kind);
      }
    }
    return cause;
  }

  private static Set<String> rules(Report report) {
    return report.findings().stream().map(FindingReport::rule).collect(Collectors.toCollection(TreeSet::new));
  }

  /** Fails if any was convicted. */
  void assertNone() {
    assertAtMost(0);
  }

  /** Fails if more were. */
  void assertAtMost(int most) {
    assertThat(recordings).isPositive();
    assertThat(convicted)
        .withFailMessage(
            () ->
                "%d of %d recordings of clean kernels convicted; by rule %s%n%s%n%s"
                    .formatted(
                        convicted,
                        recordings,
                        byRule,
                        byCause.entrySet().stream().map(e -> e.getValue() + " x " + e.getKey()).collect(Collectors.joining("\n")),
                        String.join("\n", shown)))
        .isLessThanOrEqualTo(most);
  }
}
