package io.vmatrace.parser.text;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.KernelLog;
import io.vmatrace.parser.stat.ImportStats;
import org.jspecify.annotations.Nullable;

/** Decodes the lines of one text format. One decoder serves one thread. */
public interface LineDecoder {
  /** Decodes the lines of a chunk into a batch, and counts each in exactly one way. A last line that does not end is damaged. */
  void decode(Chunk chunk, EventBatch out, ImportStats stats);

  /** The input is over: events that a sequential decoder still holds. */
  default void finish(EventBatch out) {}

  /** The task, CPU, time and event name of one line, for quoting it; null when it is no event. */
  @Nullable LineFacts facts(byte[] b, int from, int to);

  /** Whether a line is the head of a stack trace, which belongs to the event before it on its CPU. */
  boolean isStackTrace(byte[] b, int from, int to);

  /** Whether a stack trace begins with a head; in other formats its first frame follows the event. */
  default boolean hasStackHeads() {
    return true;
  }

  /** Whether a line is one frame of a stack trace. */
  boolean isFrame(byte[] b, int from, int to);

  /** What the kernel says beside the events, in the lines decoded so far; only a kernel log has any. */
  default KernelLog log() {
    return KernelLog.NONE;
  }
}
