package io.vmatrace.checker.run;

import io.vmatrace.checker.evidence.Recorded;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureFacts;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A pass over a capture that is over.
 *
 * @param capture closed once {@link CaptureRun#over} has returned
 * @param facts what it says about itself, as far as it was read
 * @param finished the reconstruction, where an analysis has steps; else null
 * @param toldRelease uname -r as the user says it, or null
 * @param complete whether it was read to its end: an analysis may have had enough before
 * @param unreadable why the rest cannot be read; null when that is not so
 */
public record Pass(
    Capture capture,
    CaptureFacts facts,
    @Nullable MmReconstruction finished,
    @Nullable String toldRelease,
    boolean complete,
    @Nullable String unreadable) {

  /** The reconstruction, for an analysis that has steps. */
  public MmReconstruction reconstruction() {
    return Objects.requireNonNull(finished, "only an analysis with steps may ask for the reconstruction");
  }

  /** What the capture recorded, for an analysis that has steps. */
  public Recorded recorded() {
    return Recorded.of(reconstruction(), facts, toldRelease);
  }
}
