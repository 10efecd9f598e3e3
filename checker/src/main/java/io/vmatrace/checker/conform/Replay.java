package io.vmatrace.checker.conform;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.checker.run.Analysis;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.input.CaptureException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code vmatrace replay} on one capture: does the variant of its kernel allow what was observed? */
public final class Replay implements Analysis {
  /** All variants that may be the kernel's, until the capture has shown which it is. */
  private static final class Conformances implements StepSink {
    private final Map<Variant, Conformance> byVariant = new LinkedHashMap<>();

    Conformances(@Nullable Variant against) {
      if (against != null) {
        byVariant.put(against, new Conformance(against));
      } else {
        for (Generation generation : Generation.values()) {
          byVariant.put(Variant.of(generation), new Conformance(Variant.of(generation)));
        }
      }
    }

    ConformanceResult of(Variant variant) {
      return Objects.requireNonNull(byVariant.get(variant), variant.name()).result();
    }

    @Override
    public void accept(Step step) {
      byVariant.values().forEach(conformance -> conformance.accept(step));
    }

    @Override
    public void lost(long afterAt) {
      byVariant.values().forEach(conformance -> conformance.lost(afterAt));
    }
  }

  private final Conformances conformances;
  private final @Nullable Variant against;
  private @Nullable ReplayReport report;

  /** @param against the variant to follow the capture with; null for that of the kernel that made it */
  public Replay(@Nullable Variant against) {
    this.against = against;
    conformances = new Conformances(against);
  }

  @Override
  public StepSink steps() {
    return conformances;
  }

  @Override
  public void end(Pass pass) throws CaptureException {
    Generation generation = pass.recorded().generation();
    Variant variant = against != null ? against : Variant.of(generation == null ? Generation.EXCLUDE_READERS : generation);
    ConformanceResult result = conformances.of(variant);
    result.finish();
    report = new ReplayBuilder(pass, variant, result).build();
  }

  /** Whether the variant allows what was observed, once the pass is over. */
  public ReplayReport report() {
    return Objects.requireNonNull(report, "the pass is not over");
  }
}
