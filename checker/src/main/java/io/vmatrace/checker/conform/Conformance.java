package io.vmatrace.checker.conform;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.checker.steps.Design;
import java.util.List;
import java.util.function.Consumer;

/** Follows a capture step by step, and keeps the events that a design of the protocol does not allow. */
final class Conformance implements StepSink {
  private final Design design;
  private final ConformanceResult result = new ConformanceResult();
  private final ProtocolFollower follower;
  private final FaultPredictions faults;

  Conformance(Design design) {
    this(design, new StateSets(new VmaAutomaton(design)), _ -> {});
  }

  /**
   * @param sets the design's: they may have been used for other captures, one after the other
   * @param each is told of each fault that is over
   */
  Conformance(Design design, StateSets sets, Consumer<FaultPredictions.Compared> each) {
    this.design = design;
    follower = new ProtocolFollower(design, sets, result);
    faults = new FaultPredictions(design, follower.readers(), each);
  }

  Design design() {
    return design;
  }

  ConformanceResult result() {
    return result;
  }

  /** How much is kept of the events so far: as much as there is of VMAs and tasks at a time, however long the capture is. */
  int kept() {
    return follower.kept() + faults.kept();
  }

  /** Events that the design has, and the capture does not; for a person. */
  List<String> unseen() {
    return follower.unseen();
  }

  FaultPredictions faults() {
    return faults;
  }

  @Override
  public void accept(Step step) {
    result.steps++;
    faults.follow(step); // before the outcome is known
    follower.follow(step);
  }

  @Override
  public void lost(long afterAt) {
    result.lost(afterAt);
    faults.forget();
    follower.forget();
  }
}
