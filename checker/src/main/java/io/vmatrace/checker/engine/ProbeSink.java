package io.vmatrace.checker.engine;

import io.vmatrace.parser.event.EventKind;
import org.jspecify.annotations.Nullable;

/** Receives an operation's events where a kernel has tracepoints and probes: nobody, a batch of events, or a comparison with a capture. */
public interface ProbeSink {
  /** An event. */
  void event(TaskStruct task, EventKind kind, @Nullable MmStruct mm, @Nullable VmAreaStruct vma, long first, long second);

  /** Nobody. */
  ProbeSink NONE = (_, _, _, _, _, _) -> {};
}
