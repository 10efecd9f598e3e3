package io.vmatrace.checker.evidence;

import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.checker.reconstruct.Witness;
import io.vmatrace.checker.report.Report.Evidence;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.input.CaptureFacts;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a capture recorded, as far as its events show.
 *
 * @param release uname -r, where the capture or the user says it
 * @param generation the kernel's design, from what the events show, else from the release; null when neither tells
 * @param ops what was seen to happen
 */
public record Recorded(@Nullable String release, @Nullable Generation generation, Witness witness, Set<Op> ops) {

  /**
   * What a reconstruction that is finished has seen.
   *
   * @param facts what the capture says of itself
   * @param told uname -r as the user says it, for where the capture does not; or null
   */
  public static Recorded of(MmReconstruction reconstruction, CaptureFacts facts, @Nullable String told) {
    String release = facts.kernelRelease() != null ? facts.kernelRelease() : told;
    Generation shown = reconstruction.witness().generation();
    return new Recorded(
        release, shown != null ? shown : KernelGuess.of(release), reconstruction.witness(), reconstruction.witnessed());
  }

  /** The design's name, or null. */
  public @Nullable String design() {
    return generation == null ? null : generation.text();
  }

  /** The evidence level that the events show. */
  public Evidence evidence() {
    if (witness.hasValues()) {
      return Evidence.E2;
    }
    return witness.hasProbes() ? Evidence.E1 : Evidence.E0;
  }

  /** What a rule lacks to be evidenced, or null. */
  public @Nullable Missing missing(RuleInfo info) {
    if (generation != null && !info.generations().contains(generation)) {
      return new Missing(generation, false, Set.of());
    }
    if (info.needsValues() && !witness.hasValues()) {
      return new Missing(null, true, Set.of());
    }
    Set<Op> unseen = EnumSet.copyOf(info.on());
    unseen.retainAll(ops);
    Set<Op> needed = info.needs().isEmpty() ? EnumSet.noneOf(Op.class) : EnumSet.copyOf(info.needs());
    needed.removeAll(ops);
    if (!needed.isEmpty() || unseen.isEmpty()) {
      return new Missing(null, false, needed.isEmpty() ? EnumSet.copyOf(info.on()) : needed);
    }
    return null;
  }
}
