package io.vmatrace.checker.engine;

import static io.vmatrace.checker.engine.VmAreaStruct.EXCLUDE_READERS;
import static io.vmatrace.checker.engine.VmAreaStruct.REFCNT_LIMIT;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;

/** What a step may do to one VMA: docs/PROTOCOL.md, Transitions, row by row. */
enum Transition {
  /** alloc, dup. */
  ALLOC((a, b) -> !a.allocated && b.allocated && b.refcnt == 0 && b.lockSeq == VmAreaStruct.NO_SEQ),
  /** start_write on a new VMA: 0 to 0. */
  LOCK_DETACHED((a, b) -> a.isSame(b, false) && a.writer && a.refcnt == 0 && b.locked && !a.locked),
  /** start_write, attached: n to FLAG + n. */
  ENTER((a, b) -> a.keepsLock(b) && a.writer && !a.locked && a.refcnt >= 1 && a.refcnt <= REFCNT_LIMIT && b.refcnt == a.refcnt + EXCLUDE_READERS),
  /** The sequence number, when the writer is alone: FLAG + 1. */
  LOCK((a, b) -> a.isSame(b, false) && a.writer && a.refcnt == EXCLUDE_READERS + 1 && b.locked && !a.locked),
  /** FLAG + n to n: readers that come in after the sequence number find it and leave. */
  EXIT((a, b) -> a.keepsLock(b) && a.writer && a.locked && a.attached && a.refcnt > EXCLUDE_READERS && b.refcnt == a.refcnt - EXCLUDE_READERS),
  /** start_write_killable that fails: FLAG + n to n, and not locked. */
  EXIT_KILLED((a, b) -> a.keepsLock(b) && a.writer && !a.locked && a.attached && a.refcnt > EXCLUDE_READERS && b.refcnt == a.refcnt - EXCLUDE_READERS),
  MARK_ATTACHED((a, b) -> a.keepsLock(b) && a.writer && a.locked && a.refcnt == 0 && b.refcnt == 1),
  /** start_read: n to n + 1 without the flag, n at least 1. */
  READ((a, b) -> a.keepsLock(b) && a.refcnt >= 1 && a.refcnt < REFCNT_LIMIT && b.refcnt == a.refcnt + 1),
  /** end_read, or a reader that backs out: n to n - 1, the flag as it was; never the attachment itself. */
  END_READ((a, b) -> a.keepsLock(b) && b.refcnt == a.refcnt - 1 && (b.refcnt != 0 || !a.attached) && (a.refcnt & ~EXCLUDE_READERS) >= 1),
  /** mark_detached, quiet: 1 to 0. */
  DETACH((a, b) -> a.keepsLock(b) && a.writer && a.locked && a.refcnt == 1 && b.refcnt == 0),
  /** mark_detached with k readers that will leave: 1 + k to k. */
  DETACH_UNDER_READERS((a, b) -> a.keepsLock(b) && a.writer && a.locked && a.refcnt > 1 && a.refcnt <= REFCNT_LIMIT && b.refcnt == a.refcnt - 1),
  /** The second wait begins: k to FLAG + k. */
  ENTER_DETACHED((a, b) -> a.keepsLock(b) && a.writer && a.locked && a.refcnt >= 1 && a.refcnt <= REFCNT_LIMIT && b.refcnt == a.refcnt + EXCLUDE_READERS),
  /** It ends: FLAG to 0. */
  EXIT_DETACHED((a, b) -> a.keepsLock(b) && a.writer && a.locked && a.refcnt == EXCLUDE_READERS && b.refcnt == 0),
  /** end_write_all, or the begin of a write section: nothing of the VMA changes but whether it is locked. */
  SECTION((a, b) -> a.isSame(b, true) && a.locked != b.locked && !b.locked),
  FREE((a, b) -> a.allocated && !b.allocated && a.refcnt == 0);

  /**
   * A VMA as it was.
   *
   * @param locked its sequence number is that of its mm
   * @param writer the task that did the step holds the mm's mmap_lock for writing
   * @param attached its mm's tree or list still counts on it: nobody has begun to detach it
   */
  record State(int refcnt, int lockSeq, boolean locked, boolean writer, boolean allocated, boolean attached) {
    /** Nothing but the count differs. */
    boolean keepsLock(State then) {
      return allocated && then.allocated && lockSeq == then.lockSeq && locked == then.locked;
    }

    /** The count is the same, and the sequence number where it must be. */
    boolean isSame(State then, boolean seqToo) {
      return allocated && then.allocated && refcnt == then.refcnt && (!seqToo || lockSeq == then.lockSeq);
    }
  }

  private final BiPredicate<State, State> allows;

  Transition(BiPredicate<State, State> allows) {
    this.allows = allows;
  }

  /** The rows that allow a change. */
  static List<Transition> of(State before, State after) {
    return Arrays.stream(values()).filter(row -> row.allows.test(before, after)).toList();
  }
}
