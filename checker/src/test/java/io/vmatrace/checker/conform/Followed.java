package io.vmatrace.checker.conform;

import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.parser.event.EventBatch;
import java.util.List;

/** What following says of events that no file holds. */
public final class Followed {
  private Followed() {}

  /** The mismatches, as step, what was observed and what is allowed. */
  public static List<String> mismatches(Variant variant, EventBatch events) {
    Conformance conformance = new Conformance(variant);
    MmReconstruction reconstruction = new MmReconstruction(conformance);
    events.firstLine(1);
    reconstruction.apply(events);
    reconstruction.finish();
    conformance.result().finish();
    return conformance.result().mismatches().stream().map(r -> "%s: %s, not %s".formatted(r.step(), r.observed(), r.allowed())).toList();
  }
}
