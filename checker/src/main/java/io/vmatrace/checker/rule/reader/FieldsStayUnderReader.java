package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.rule.PerTask;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.VmFlags;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;

/**
 * Whoever changes the range or the flags of a VMA write-locks it, which waits for its readers: a fault that holds the read lock throughout
 * finds at its end what it found at its beginning. A writer that did not wait is R32's; here nobody has write-locked the VMA at all.
 */
final class FieldsStayUnderReader extends Rule {
  /** What a fault under the VMA lock found in its VMA. */
  private record Found(VmaState vma, long start, long end, long flags, boolean hasFlags, int lockSeq, Moment at) {}

  private final PerTask<Found> found = new PerTask<>();

  FieldsStayUnderReader() {
    super(memorySafety("R25", "the range and the flags of a VMA stay as they are while a fault holds its read lock").since("6.4")
        .on(Op.HANDLE_MM_FAULT, Op.HANDLE_MM_FAULT_RET).reading(Field.START, Field.END)
        .relyingOn(Fact.IN_FAULT, Fact.VMA_READ_LOCKED)
        .sources("mm/memory.c handle_mm_fault()", "mm/vma.c vma_start_write() before vma_set_range()", "Documentation/mm/process_addrs.rst (6.13)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (step.op() == Op.HANDLE_MM_FAULT) {
      enter(step);
    } else {
      leave(step, checks);
    }
  }

  private void enter(Step step) {
    Sample sample = step.sample();
    VmaState vma = step.vma();
    if (vma != null && step.isUnderVmaLock() && sample.hasRange() && sample.hasLockSeq()) {
      boolean hasFlags = sample.has(Field.VM_FLAGS);
      found.put(step.task(), new Found(vma, sample.start(), sample.end(), flags(sample), hasFlags, sample.lockSeq(), step.moment().copy()));
    } else {
      found.put(step.task(), null);
    }
  }

  private void leave(Step step, Checks checks) {
    Found before = found.get(step.task());
    Sample sample = step.sample();
    if (before == null || before.vma != step.vma() || !sample.hasRange() || !Reads.heldToTheEnd(step)) {
      return;
    }
    found.put(step.task(), null);
    boolean nobodyLocked = sample.hasLockSeq() ? sample.lockSeq() == before.lockSeq : isReadLocked(step);
    if (!nobodyLocked) {
      return;
    }
    boolean sameRange = sample.start() == before.start && sample.end() == before.end;
    boolean sameFlags = !before.hasFlags || !sample.has(Field.VM_FLAGS) || flags(sample) == before.flags;
    if (sameRange && sameFlags) {
      checks.held();
    } else {
      checks.broken(
          sameRange
              ? "the vm_flags of a read-locked VMA change from 0x%x to 0x%x".formatted(before.flags, flags(sample))
              : "the range of a read-locked VMA changes from 0x%x-0x%x to 0x%x-0x%x".formatted(before.start, before.end, sample.start(), sample.end()),
          seen(before.at, "the fault begins under the VMA lock"));
    }
  }

  /** Whether the read lock that the look-up before this fault gave is held, where the return does not tell vm_lock_seq. */
  private static boolean isReadLocked(Step step) {
    var read = step.task().read();
    return read.vma() != null && read.vma() == step.vma() && read.granted().surelyBefore(step.task().faultCall().entered());
  }

  private static long flags(Sample sample) {
    return sample.value(Field.VM_FLAGS) & ~VmFlags.SET_BY_READERS;
  }
}
