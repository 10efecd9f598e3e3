package io.vmatrace.checker.engine;

import io.vmatrace.parser.event.EventKind;
import org.jspecify.annotations.Nullable;

/** What hears of an operation where a kernel's tracepoints and probes are: nobody, a batch of events, or what compares with a capture. */
public interface ProbeSink {
  /** An event. */
  void event(TaskStruct task, EventKind kind, @Nullable MmStruct mm, @Nullable VmAreaStruct vma, long first, long second);

  /** Nobody. */
  ProbeSink NONE = (_, _, _, _, _, _) -> {};
}
