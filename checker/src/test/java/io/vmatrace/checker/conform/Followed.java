package io.vmatrace.checker.conform;

import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.checker.steps.Design;
import io.vmatrace.parser.event.EventBatch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What following says of events that no file holds. */
public final class Followed {
  private static final Design.Catalogue DESIGNS = Design.Catalogue.builtIn();

  /** What was made of a design's states is used again, in each thread. */
  private static final ThreadLocal<Map<String, StateSets>> SETS = ThreadLocal.withInitial(HashMap::new);

  private Followed() {}

  /** The mismatches, as step, what was observed and what is allowed. */
  public static List<String> mismatches(String design, EventBatch events) {
    Design of = Objects.requireNonNull(DESIGNS.variant(design), design);
    Conformance conformance = new Conformance(of, SETS.get().computeIfAbsent(design, _ -> new StateSets(new VmaAutomaton(of))), _ -> {});
    MmReconstruction reconstruction = new MmReconstruction(conformance);
    events.firstLine(1);
    reconstruction.apply(events);
    reconstruction.finish();
    return conformance.result().mismatches().stream().map(r -> "%s: %s, not %s".formatted(r.step(), r.observed(), r.allowed())).toList();
  }
}
