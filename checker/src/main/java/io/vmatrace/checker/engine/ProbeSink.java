package io.vmatrace.checker.engine;

import io.vmatrace.parser.event.EventKind;
import org.jspecify.annotations.Nullable;

/** Receives an operation's events where a kernel has tracepoints and probes: nobody, a batch of events, or a comparison with a capture. */
public interface ProbeSink {
  /**
   * A tracepoint or a probe that a task has come to.
   *
   * @param first the first of the event's own values; what it is depends on the kind
   * @param second the second
   */
  record Hit(TaskStruct task, EventKind kind, @Nullable MmStruct mm, @Nullable VmAreaStruct vma, long first, long second) {}

  /** An event. */
  void event(Hit hit);

  /** Nobody. */
  ProbeSink NONE = _ -> {};
}
