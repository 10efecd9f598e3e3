package io.vmatrace.checker.info;

import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.checker.run.Analysis;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.parser.event.EventBatch;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code vmatrace info} on one capture: says what it is. */
public final class CaptureInfo implements Analysis {
  private final Survey survey = new Survey();
  private @Nullable InfoReport report;

  @Override
  public StepSink steps() {
    return survey;
  }

  @Override
  public boolean batch(EventBatch events) {
    survey.see(events);
    return true;
  }

  @Override
  public void endOfEvents() {
    survey.finishing();
  }

  @Override
  public void end(Pass pass) {
    report = new InfoBuilder(pass, survey).build();
  }

  /** What the capture is, once the pass is over. */
  public InfoReport report() {
    return Objects.requireNonNull(report, "the pass is not over");
  }
}
