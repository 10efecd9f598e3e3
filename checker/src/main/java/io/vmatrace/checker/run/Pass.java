package io.vmatrace.checker.run;

import io.vmatrace.checker.evidence.Gaps;
import io.vmatrace.checker.evidence.KernelGuess;
import io.vmatrace.checker.evidence.Recorded;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureFacts;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
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

  /** What is missing from it, for an analysis that has steps. */
  public Gaps gaps() {
    return new Gaps(capture.format(), facts, reconstruction(), recorded(), unreadable);
  }

  /** What is to be said of the kernel's release, as the user or the capture has it; null where it is known and nothing speaks against it. */
  public @Nullable String kernelInDoubt() {
    String of = facts.kernelRelease();
    if (toldRelease == null) {
      String newer = KernelGuess.newer(of);
      return newer == null ? null : "its kernel, %s, is %s".formatted(of, newer);
    }
    String doubt = speaksAgainst(toldRelease, of);
    return doubt == null ? null : "--kernel %s: %s".formatted(toldRelease, doubt);
  }

  private @Nullable String speaksAgainst(String told, @Nullable String of) {
    if (of != null && !version(of).equals(version(told))) {
      return "the capture says that it is of %s, which is believed".formatted(of);
    }
    Generation design = KernelGuess.of(told);
    if (finished != null && design != null) {
      Generation shown = recorded().generation();
      if (shown != null && shown != design) {
        return "its design is %s, and the events show %s, which is believed".formatted(design.text(), shown.text());
      }
      if (design == Generation.MMAP_LOCK && finished.faults().vmaLock() > 0) {
        return "it has no VMA locks, and %,d page faults were served under one, which is believed".formatted(finished.faults().vmaLock());
      }
    }
    return Stream.of(KernelGuess.newer(told), KernelGuess.older(told)).filter(Objects::nonNull).findFirst().map("that is "::concat).orElse(null);
  }

  /** The first two numbers of a release. */
  private static List<String> version(String release) {
    return List.of(release.split("[^0-9]+", 3)).subList(0, 2);
  }
}
