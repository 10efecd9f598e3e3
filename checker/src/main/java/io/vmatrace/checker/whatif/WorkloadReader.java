package io.vmatrace.checker.whatif;

import io.vmatrace.checker.mm.FaultFlags;
import io.vmatrace.checker.mm.SystemCall;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.checker.run.Analysis;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.checker.workload.CapturedOperation;
import io.vmatrace.checker.workload.CapturedOperation.Call;
import io.vmatrace.checker.workload.CapturedOperation.Mark;
import io.vmatrace.checker.workload.CapturedWorkload;
import io.vmatrace.checker.workload.OperationReader;
import io.vmatrace.checker.workload.OperationSink;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.input.Capture;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Keeps the operations of a capture's tasks, with their times, for the engine to simulate. */
public final class WorkloadReader implements Analysis, OperationSink {
  /** Operations are kept up to so many marks; further ones are counted and left out, so that no capture exhausts the memory. */
  private static final int MOST_MARKS = 1_500_000;

  private static final StepId LOOKED_UP = StepId.LOCK_VMA_UNDER_RCU_RET;

  private final OperationReader reader = new OperationReader(this);
  private final Map<Integer, List<CapturedOperation>> tasks = new HashMap<>();
  private long operations;
  private long marks;
  private long leftOut;
  private boolean probed;
  private long fast;
  private long secondWaits;
  private boolean showsSecondWaits;
  private String path = "";
  private @Nullable Variant own;

  @Override
  public void begin(Capture capture) {
    path = capture.path();
  }

  @Override
  public StepSink steps() {
    return reader;
  }

  @Override
  public void end(Pass pass) {
    reader.finish();
    Generation generation = pass.recorded().generation();
    showsSecondWaits = pass.recorded().showsSecondWaits();
    own = Variant.of(generation == null ? Generation.EXCLUDE_READERS : generation);
  }

  String path() {
    return path;
  }

  /** The variant of the kernel that made the capture. */
  Variant own() {
    return Objects.requireNonNull(own, "the pass is not over");
  }

  /** How many operations were read so far. */
  public long operations() {
    return operations;
  }

  /** Whether the capture shows write sections' changes, or look-ups: else there is nothing to simulate. */
  public boolean isProbed() {
    return probed;
  }

  /** How many operations there were beyond those that are kept. */
  long leftOut() {
    return leftOut;
  }

  /** What the capture itself shows of the operations. */
  WhatIfReport.Shown shown() {
    return new WhatIfReport.Shown(reader.userFaults() + reader.kernelFaults(), reader.kernelFaults(), fast, showsSecondWaits ? secondWaits : null);
  }

  /** What was seen. */
  CapturedWorkload workload(Variant variant) {
    List<List<CapturedOperation>> of = reader.tasks().stream().map(tasks::get).filter(Objects::nonNull).map(List::copyOf).toList();
    return new CapturedWorkload(variant, of, reader.mms(), reader.mapped());
  }

  @Override
  public void enters(int task, SystemCall call) {
    // the operations in it tell more
  }

  @Override
  public void returns(int task, SystemCall call, long ret) {
    // the operations in it told more
  }

  @Override
  public void operation(int task, CapturedOperation operation) {
    if (operation.mm() == OperationReader.NO_MM) {
      return;
    }
    if (marks >= MOST_MARKS) {
      leftOut++;
      return;
    }
    operations++;
    marks += operation.marks().size();
    show(operation);
    tasks.computeIfAbsent(task, _ -> new ArrayList<>()).add(operation);
  }

  private void show(CapturedOperation operation) {
    probed |= !operation.changes().isEmpty() || operation.find(LOOKED_UP, 0) >= 0;
    fast += operation.call() == Call.FAULT && isFast(operation.marks()) ? 1 : 0;
    secondWaits += operation.marks().stream().filter(mark -> mark.step() == StepId.VMA_EXCLUDE_READERS_FOR_DETACH).count();
  }

  /** The look-up returned a VMA, and the handler did not return RETRY. */
  private static boolean isFast(List<Mark> marks) {
    boolean locked = marks.stream().anyMatch(mark -> mark.step() == LOOKED_UP && mark.value() != 0);
    return locked && marks.stream().noneMatch(mark -> mark.step() == StepId.HANDLE_MM_FAULT_RET && (mark.value() & FaultFlags.VM_FAULT_RETRY) != 0);
  }
}
