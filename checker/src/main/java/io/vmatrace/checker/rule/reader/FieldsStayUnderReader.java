package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.FaultFlags;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.rule.PerTask;
import io.vmatrace.checker.rule.PerVma;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.VmFlags;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;
import org.jspecify.annotations.Nullable;

/**
 * Whoever changes the range or the flags of a VMA write-locks it, which waits for its readers: a fault that holds the read lock throughout
 * finds at its end what it found at its beginning, where anon_vma may have been set, but not changed. So does the next fault of its task in the same
 * mm, where mm_lock_seq is the same: there was no write section. A writer that did not wait is R32's, where its events show it.
 */
final class FieldsStayUnderReader extends Rule {
  private static final long UNREAD = -1;

  private final PerTask<Found> found = new PerTask<>();

  /** What the last fault of a VMA found. */
  private final PerVma<Found> last = new PerVma<>();

  FieldsStayUnderReader() {
    super(memorySafety("R25", "the fields of a VMA stay as they are while a fault holds its read lock, and while there is no writer").since("6.4")
        .on(Op.HANDLE_MM_FAULT, Op.HANDLE_MM_FAULT_RET).reading(Field.START, Field.END)
        .relyingOn(Fact.IN_FAULT, Fact.VMA_READ_LOCKED)
        .sources("mm/memory.c handle_mm_fault()", "mm/vma.c vma_start_write() before vma_set_range()", "Documentation/mm/process_addrs.rst (6.13)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (step.op() == Op.HANDLE_MM_FAULT) {
      enter(step, checks);
    } else {
      leave(step, checks);
    }
  }

  private void enter(Step step, Checks checks) {
    Sample sample = step.sample();
    VmaState vma = step.vma();
    boolean isRead = step.isUnderVmaLock() || FaultFlags.isOfUserMode(step.faultFlags());
    Found now = vma != null && isRead && sample.hasRange() && sample.hasLockSeq() ? Found.of(step, vma) : null;
    found.put(step.task(), step.isUnderVmaLock() ? now : null);
    if (vma != null) {
      between(last.get(vma), now, checks);
      last.put(vma, now);
    }
  }

  /** Two faults of a task: each found what no writer could change then, and no write section came in between. */
  private static void between(@Nullable Found before, @Nullable Found now, Checks checks) {
    if (before == null || now == null || before.task != now.task || before.mm != now.mm || now.mmSeq == UNREAD || before.mmSeq != now.mmSeq || !before.at.surelyBefore(now.at)) {
      return;
    }
    String changed = before.changed(now);
    if (changed == null) {
      checks.held();
    } else {
      checks.restingOn(Fact.MM_SEQ, Fact.LOCK_SEQ);
      checks.broken("%s, and mm_lock_seq is %s as before: there was no writer".formatted(changed, Integer.toUnsignedString((int) now.mmSeq)), seen(before.at, "the same task's fault before that"));
    }
  }

  private void leave(Step step, Checks checks) {
    Found before = found.get(step.task());
    Sample sample = step.sample();
    if (before == null || before.vma != step.vma() || !sample.hasRange() || !Reads.heldToTheEnd(step)) {
      return;
    }
    found.put(step.task(), null);
    if (sample.hasLockSeq() && sample.lockSeq() != before.lockSeq) {
      checks.restingOn(Fact.IN_FAULT, Fact.NO_FURTHER_LOOK_UP);
      checks.broken(
          "vm_lock_seq of a read-locked VMA changes from %s to %s: somebody has write-locked it"
              .formatted(Integer.toUnsignedString(before.lockSeq), Integer.toUnsignedString(sample.lockSeq())),
          seen(before.at, "the fault begins under the VMA lock"));
      return;
    }
    if (!sample.hasLockSeq() && !isReadLocked(step)) {
      return;
    }
    String changed = before.changed(Found.of(step, before.vma));
    if (changed == null) {
      checks.held();
    } else {
      checks.broken(changed, seen(before.at, "the fault begins under the VMA lock"));
    }
  }

  /** Whether the read lock that the look-up before this fault gave is held, where the return does not tell vm_lock_seq. */
  private static boolean isReadLocked(Step step) {
    var read = step.task().read();
    return read.vma() != null && read.vma() == step.vma() && read.granted().surelyBefore(step.task().faultCall().entered());
  }

  /** What a fault found in its VMA; what it did not read is -1. */
  private record Found(TaskState task, @Nullable MmState mm, VmaState vma, long start, long end, long flags, long anonVma, int lockSeq, long mmSeq, Moment at) {
    static Found of(Step step, VmaState vma) {
      Sample sample = step.sample();
      long flags = sample.has(Field.VM_FLAGS) ? sample.value(Field.VM_FLAGS) & ~VmFlags.SET_BY_READERS : UNREAD;
      long anonVma = sample.has(Field.ANON_VMA) ? sample.value(Field.ANON_VMA) : UNREAD;
      long mmSeq = sample.hasMmSeq() ? sample.mmSeq() : UNREAD;
      return new Found(step.task(), step.mm(), vma, sample.start(), sample.end(), flags, anonVma, sample.lockSeq(), mmSeq, step.moment().copy());
    }

    /** What has changed since, which only a writer changes; null where nothing has. The first anon_vma is set by readers (mm/rmap.c __anon_vma_prepare()). */
    @Nullable String changed(Found now) {
      if (start != now.start || end != now.end) {
        return "the range of a read-locked VMA changes from 0x%x-0x%x to 0x%x-0x%x".formatted(start, end, now.start, now.end);
      }
      if (flags != UNREAD && now.flags != UNREAD && flags != now.flags) {
        return "the vm_flags of a read-locked VMA change from 0x%x to 0x%x".formatted(flags, now.flags);
      }
      if (anonVma != 0 && anonVma != UNREAD && now.anonVma != UNREAD && anonVma != now.anonVma) {
        return "the anon_vma of a read-locked VMA changes from 0x%x to 0x%x".formatted(anonVma, now.anonVma);
      }
      return null;
    }
  }
}
