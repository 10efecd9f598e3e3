package io.vmatrace.checker.check;

import io.vmatrace.checker.catalogue.Rules;
import io.vmatrace.checker.evidence.Recorded;
import io.vmatrace.checker.mm.Generation;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.parser.event.EventBatch;
import java.util.List;

/** What the rules say of events that no file holds. */
public final class Verdict {
  private Verdict() {}

  /** The definite findings of the rules that such events can evidence: the rule's number and the message. */
  public static List<String> of(Generation generation, EventBatch events) {
    return of(generation, events, Certainty.DEFINITE);
  }

  /** What is possible only, of the same. */
  public static List<String> possible(Generation generation, EventBatch events) {
    return of(generation, events, Certainty.POSSIBLE);
  }

  private static List<String> of(Generation generation, EventBatch events, Certainty certainty) {
    RuleRun rules = new RuleRun(Rules.all());
    MmReconstruction reconstruction = new MmReconstruction(rules);
    events.firstLine(1);
    reconstruction.apply(events);
    reconstruction.finish();
    Recorded recorded = new Recorded(null, generation, reconstruction.witness(), reconstruction.witnessed());
    return rules.findings().stream()
        .filter(found -> found.certainty() == certainty && recorded.missing(found.rule()) == null)
        .map(found -> found.rule().id() + " " + found.message())
        .toList();
  }
}
