package io.vmatrace.checker.check;

import io.vmatrace.checker.catalogue.Rules;
import io.vmatrace.checker.evidence.Recorded;
import io.vmatrace.checker.evidence.ReleaseLogged;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.Generation;
import java.util.List;
import java.util.Set;

/** What the rules say of events that no file holds. */
public final class Verdict {
  private Verdict() {}

  /** The definite findings of the rules that such events can evidence: the rule's number and the message. */
  public static List<String> of(Generation generation, EventBatch events) {
    return withPossible(generation, events).stream().filter(finding -> finding.charAt(3) != '?').toList();
  }

  /** The same and what is only possible, which has a question mark behind the number. */
  public static List<String> withPossible(Generation generation, EventBatch events) {
    RuleRun rules = new RuleRun(Rules.create());
    MmReconstruction reconstruction = new MmReconstruction(rules);
    events.firstLine(1);
    reconstruction.apply(events);
    reconstruction.finish();
    Recorded recorded = new Recorded(null, generation, reconstruction.witness(), reconstruction.witnessed(), reconstruction.fieldsRead(), reconstruction.oneSided(), true, ReleaseLogged.BEFORE_THE_UNLOCK, Set.of(), reconstruction.mmsWithoutLock(), reconstruction.promised());
    return rules.findings().stream().filter(found -> recorded.missing(found.rule()) == null).map(Verdict::text).toList();
  }

  private static String text(Found found) {
    return found.rule().id() + (found.certainty() == Certainty.DEFINITE ? " " : "? ") + found.message();
  }
}
