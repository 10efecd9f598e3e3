package io.vmatrace.checker.check;

import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.RuleInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import org.eclipse.collections.impl.list.mutable.primitive.LongArrayList;

/** One rule's count of occasions, and its findings. */
final class RuleTally {
  /** The most findings of one rule that are kept whole; of further ones only the place is kept, and counted. */
  static final int MOST_FINDINGS = 1_000;

  private final Rule rule;
  private final List<Found> findings = new ArrayList<>();
  private final LongArrayList furtherByHistory = new LongArrayList();
  private long furtherByValues;
  private long furtherPossible;
  private long checked;

  RuleTally(Rule rule) {
    this.rule = rule;
  }

  Rule rule() {
    return rule;
  }

  RuleInfo info() {
    return rule.info();
  }

  /** Findings, at most {@link #MOST_FINDINGS}. */
  List<Found> findings() {
    return findings;
  }

  /** How often the rule was checked on a known state. */
  long checked() {
    return checked;
  }

  long violations() {
    return findings.stream().filter(f -> f.certainty() == Certainty.DEFINITE).count() + furtherByValues + furtherByHistory.size();
  }

  long possible() {
    return findings.stream().filter(f -> f.certainty() == Certainty.POSSIBLE).count() + furtherPossible;
  }

  /** The rule was checked on a known state. */
  void count() {
    checked++;
  }

  void add(Found found) {
    if (findings.size() < MOST_FINDINGS) {
      findings.add(found);
    } else if (found.certainty() == Certainty.POSSIBLE) {
      furtherPossible++;
    } else if (found.byValues()) {
      furtherByValues++;
    } else {
      furtherByHistory.add(found.at());
    }
  }

  /** Events may be missing after a place: findings there from more than one event become possible only. */
  void lost(long afterAt) {
    for (int i = findings.size() - 1; i >= 0 && findings.get(i).at() > afterAt; i--) {
      Found found = findings.get(i);
      if (!found.byValues()) {
        findings.set(i, found.possible());
      }
    }
    while (!furtherByHistory.isEmpty() && furtherByHistory.getLast() > afterAt) {
      furtherByHistory.removeAtIndex(furtherByHistory.size() - 1);
      furtherPossible++;
    }
  }

  /** What its verdicts about some mms rest on was not recorded. */
  void dropHistoryOf(LongPredicate mms) {
    if (findings.removeIf(found -> !found.byValues() && mms.test(found.mm()))) {
      furtherByHistory.clear(); // of which mms those are is not kept
    }
  }

  /** What its verdicts from more than one event rest on was not recorded: only those count that one event's own values give. */
  void dropHistory() {
    findings.removeIf(found -> !found.byValues());
    furtherByHistory.clear();
    furtherPossible = 0;
  }

  /** What the rule needs was not recorded: its findings do not count. */
  void discard() {
    findings.clear();
    furtherByHistory.clear();
    furtherByValues = 0;
    furtherPossible = 0;
  }
}
