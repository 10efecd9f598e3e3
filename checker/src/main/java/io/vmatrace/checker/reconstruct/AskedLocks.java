package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.Moment;
import org.jspecify.annotations.Nullable;

/**
 * The mmap_locks that a task has asked for (start_locking) and has no answer to.
 *
 * @param <M> the mms of which they are
 */
final class AskedLocks<M extends AskedLocks.Answering> {
  /** An mm whose mmap_lock is asked for. */
  interface Answering {
    /** Whether answers to those who ask for it, for writing or for reading, are recorded. */
    boolean isAnswered(boolean write);
  }

  private @Nullable M mm;
  private boolean forWrite;

  /** Where in the capture it asked for that. */
  private long at;

  /** When it asked last. */
  private final Moment last = new Moment();

  private boolean inFault;

  /** What it had asked for before it asked for that, and has no answer to: an event is missing there, unless both are answered. */
  private @Nullable M before;

  private boolean beforeForWrite;
  private long beforeAt;

  /** The mm whose mmap_lock it asked for last and has not got yet, or null. */
  @Nullable M mm() {
    return mm;
  }

  /** Whether it asked for that for writing. */
  boolean isForWrite() {
    return forWrite;
  }

  /** Whether it asked for that inside of handle_mm_fault(). */
  boolean isInFault() {
    return inFault;
  }

  /** Whether it had asked for another one before, and has no answer to that. */
  boolean areTwo() {
    return before != null;
  }

  /** Where in the capture it asked for the first thing that it has no answer to, where such answers are recorded; else -1. */
  long unansweredSince() {
    if (before != null && before.isAnswered(beforeForWrite)) {
      return beforeAt;
    }
    return mm != null && mm.isAnswered(forWrite) ? at : -1;
  }

  /** When it asked for what it has not got yet; null where it has asked for more than that since. */
  @Nullable Moment since() {
    return mm != null && at == last.at() ? last : null;
  }

  void ask(M of, boolean write, boolean inHandler, Moment moment) {
    before = mm;
    beforeForWrite = forWrite;
    beforeAt = at;
    mm = of;
    forWrite = write;
    at = moment.at();
    last.set(moment);
    inFault = inHandler;
  }

  /** What it asked for last is answered, or shows to have been. */
  void answer() {
    mm = before;
    forWrite = beforeForWrite;
    at = beforeAt;
    before = null;
  }

  /** It waits for nothing. */
  void clear() {
    mm = null;
    before = null;
  }
}
