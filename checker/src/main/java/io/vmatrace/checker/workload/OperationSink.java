package io.vmatrace.checker.workload;

import io.vmatrace.checker.mm.SystemCall;

/** Receives the operations of a capture's tasks from an {@link OperationReader}, each task's in their order. */
public interface OperationSink {
  /** An operation has ended. Its mm is {@link OperationReader#NO_MM} where the capture does not show it. */
  void operation(int task, CapturedOperation operation);

  /** A task enters a system call. */
  void enters(int task, SystemCall call);

  /** A task returns from a system call. */
  void returns(int task, SystemCall call, long ret);
}
