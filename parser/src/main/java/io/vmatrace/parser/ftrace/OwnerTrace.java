package io.vmatrace.parser.ftrace;

import java.util.ArrayList;
import java.util.List;

/**
 * The call trace of the task that holds what a hung task waits for. It stands behind the hung task's own (kernel/hung_task.c
 * debug_show_blocker(), 6.16 on): {@code INFO: task probe:901 <reader> blocked on an rw-semaphore likely owned by task probe:902 <writer>}.
 */
final class OwnerTrace {
  private static final int MOST_FRAMES = 48;

  private final List<String> frames = new ArrayList<>();
  private boolean owned;
  private boolean in;

  /** Takes the next line of the report; {@code traced} once the hung task's own trace has begun. */
  void line(String text, boolean traced) {
    if (traced && text.startsWith("INFO: task ") && text.contains(" likely owned by task ")) {
      owned = true;
    } else if (owned && text.strip().regionMatches(true, 0, "Call Trace:", 0, 11)) {
      in = frames.isEmpty();
    } else if (in && !frames.isEmpty() && TraceLine.endsTrace(text)) {
      in = false;
      owned = false;
    } else if (in) {
      List<String> named = TraceLine.functions(text);
      if (named != null && frames.size() + named.size() <= MOST_FRAMES) {
        frames.addAll(named);
      }
    }
  }

  /** The functions that the holder is in, innermost first; empty where the log does not say. */
  List<String> frames() {
    return frames;
  }
}
