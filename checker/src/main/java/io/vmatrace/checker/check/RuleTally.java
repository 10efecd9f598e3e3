package io.vmatrace.checker.check;

import io.vmatrace.checker.report.FindingId.Way;
import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.RuleInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.eclipse.collections.impl.list.mutable.primitive.LongArrayList;
import org.jspecify.annotations.Nullable;

/** One rule's count of occasions, and its findings. */
final class RuleTally {
  /** The most findings of one rule that are kept whole; of further ones only the place is kept, and counted. */
  static final int MOST_FINDINGS = 1_000;

  /** Of so many further ones the cause is told too. */
  private static final int MOST_CAUSES = 30_000;

  private final Rule rule;
  private final Consumer<Found> listener;
  private final List<Found> findings = new ArrayList<>();

  /** Where the further ones are, and in which mms: one list each, in the same order. */
  private final LongArrayList furtherByHistory = new LongArrayList();

  private final LongArrayList furtherMms = new LongArrayList();
  private final List<Way> furtherWays = new ArrayList<>();

  /** Where those that one event's values prove are, as far as their causes are told. */
  private final LongArrayList furtherValuesAt = new LongArrayList();
  private final List<Way> furtherValuesWays = new ArrayList<>();

  /** The ways that are in these lists, once each. */
  private final Map<Way, Way> ways = new HashMap<>();

  private long furtherByValues;
  private long furtherPossible;
  private long checked;
  private @Nullable Unsettled unsettled;

  RuleTally(Rule rule) {
    this(rule, _ -> {});
  }

  /** @param listener told of each finding that is kept whole, when it is known */
  RuleTally(Rule rule, Consumer<Found> listener) {
    this.rule = rule;
    this.listener = listener;
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
    return count(Certainty.DEFINITE) + furtherByValues + furtherByHistory.size();
  }

  long possible() {
    return count(Certainty.POSSIBLE) + furtherPossible;
  }

  private long count(Certainty certainty) {
    return findings.isEmpty() ? 0 : findings.stream().filter(f -> f.certainty() == certainty).count();
  }

  /** The rule was checked on a known state. */
  void count() {
    checked++;
  }

  void add(Found found) {
    Unsettled why = found.doubt().why();
    if (why != null && found.certainty() == Certainty.DEFINITE) {
      unsettled(found.possible(why.why()), why);
    } else if (findings.size() < MOST_FINDINGS) {
      findings.add(placeOf(found), found);
      listener.accept(found);
    } else if (found.certainty() == Certainty.POSSIBLE) {
      furtherPossible++;
    } else if (found.byValues()) {
      furtherByValues++;
      if (furtherValuesAt.size() < MOST_CAUSES) {
        furtherValuesAt.add(found.brokenAt());
        furtherValuesWays.add(known(found.way()));
      }
    } else {
      int place = furtherByHistory.size();
      while (place > 0 && furtherByHistory.get(place - 1) > found.at()) {
        place--;
      }
      furtherByHistory.addAtIndex(place, found.at());
      furtherMms.addAtIndex(place, found.mm());
      furtherWays.add(place, known(found.way()));
    }
  }

  private Way known(Way way) {
    Way before = ways.putIfAbsent(way, way);
    return before == null ? way : before;
  }

  /** A verdict that had to wait belongs before later ones. */
  private int placeOf(Found found) {
    int place = findings.size();
    while (place > 0 && findings.get(place - 1).at() > found.at()) {
      place--;
    }
    return place;
  }

  /** A verdict that the capture cannot settle; the rule has no answer, unless none of its answers is more than possible. */
  void unsettled(Found found, Unsettled why) {
    unsettled = info().neverDefinite() ? unsettled : why;
    add(found);
  }

  /** Why there is one that counts, or null. */
  @Nullable Unsettled unsettled() {
    return possible() > 0 ? unsettled : null;
  }

  /** Events may be missing after a place: findings there from more than one event become possible only. */
  void lost(long afterAt) {
    for (int i = findings.size() - 1; i >= 0 && findings.get(i).at() > afterAt; i--) {
      Found found = findings.get(i);
      if (!found.byValues()) {
        findings.set(i, found.possible("events may be missing before it"));
      }
    }
    while (!furtherByHistory.isEmpty() && furtherByHistory.getLast() > afterAt) {
      keepFurther(furtherByHistory.size() - 1);
      furtherPossible++;
    }
  }

  /** A CPU is silent from a place to the end, and what its task did after that is not known. */
  void undecided(long afterAt) {
    long definite = violations();
    lost(afterAt);
    unsettled = violations() < definite ? Unsettled.CPU_SILENT : unsettled;
  }

  /** Events of the mmap_lock are missing: what rests on them is possible only. */
  void doubt() {
    boolean definite = violations() > furtherByValues;
    lost(0);
    unsettled = definite ? Unsettled.EVENTS_ABSENT : unsettled;
  }

  /** What its verdicts about some mms rest on was not recorded. */
  void dropHistoryOf(LongPredicate mms) {
    findings.removeIf(found -> !found.byValues() && mms.test(found.mm()));
    int kept = 0;
    for (int i = 0; i < furtherMms.size(); i++) {
      if (!mms.test(furtherMms.get(i))) {
        furtherByHistory.set(kept, furtherByHistory.get(i));
        furtherWays.set(kept, furtherWays.get(i));
        furtherMms.set(kept++, furtherMms.get(i));
      }
    }
    keepFurther(kept);
  }

  /** Some of its verdicts are possible only, after all; with them those that are not kept whole. */
  void doubt(Predicate<Found> which, Unsettled why) {
    long definite = violations();
    findings.replaceAll(found -> !found.byValues() && which.test(found) ? found.possible(why.why()) : found);
    if (violations() < definite) {
      furtherPossible += furtherByHistory.size();
      keepFurther(0);
      unsettled = why;
    }
  }

  private void keepFurther(int n) {
    while (furtherByHistory.size() > n) {
      furtherByHistory.removeAtIndex(furtherByHistory.size() - 1);
      furtherMms.removeAtIndex(furtherMms.size() - 1);
      furtherWays.removeLast();
    }
  }

  /**
   * What its verdicts from more than one event rest on was not recorded: only those count that one event's own values give, or that rest on
   * less, which was.
   */
  void dropHistory(Predicate<Found> supported) {
    findings.removeIf(found -> !found.byValues() && !supported.test(found));
    keepFurther(0);
    furtherPossible = 0;
  }

  /** Keeps the definite findings that rest on what was recorded, where the rule's other verdicts do not; whether there are any. */
  boolean keepOnly(Predicate<Found> supported) {
    List<Found> kept = findings.stream().filter(found -> found.certainty() == Certainty.DEFINITE && supported.test(found)).toList();
    discard();
    findings.addAll(kept);
    return !kept.isEmpty();
  }

  /** What the rule needs was not recorded: its findings do not count. */
  void discard() {
    findings.clear();
    keepFurther(0);
    furtherByValues = 0;
    furtherValuesAt.clear();
    furtherValuesWays.clear();
    furtherPossible = 0;
  }

  /**
   * A definite finding that is not kept whole.
   *
   * @param at where the rule was broken, or was found to be
   */
  record Further(long at, Way way) {}

  /** Those, as far as their causes are told. */
  List<Further> further() {
    List<Further> further = new ArrayList<>();
    for (int i = 0; i < furtherValuesAt.size(); i++) {
      further.add(new Further(furtherValuesAt.get(i), furtherValuesWays.get(i)));
    }
    for (int i = 0; i < furtherByHistory.size() && further.size() < MOST_CAUSES; i++) {
      further.add(new Further(furtherByHistory.get(i), furtherWays.get(i)));
    }
    return further;
  }
}
