package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** Two signs: a look-up inside the certain write lock that returns the VMA; a fault under the VMA lock with vm_lock_seq equal to mm_lock_seq. */
final class NoReadLockWhileWriteLocked extends Rule {
  NoReadLockWhileWriteLocked() {
    super(memorySafety("R18", "no read lock is granted while the VMA is write-locked").since("6.4").on(Op.VMA_START_READ, Op.HANDLE_MM_FAULT).orByValues()
        .relyingOn(Fact.IN_LOOK_UP, Fact.VMA_WRITE_LOCKED, Fact.CLOCKS_AGREE_AT_THE_END).sources("mm/mmap_lock.c vma_start_read(), __vma_start_write()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (step.op() == Op.HANDLE_MM_FAULT) {
      checkSeqs(step, checks);
    } else {
      checkSection(step, checks);
    }
  }

  private static void checkSeqs(Step step, Checks checks) {
    if (!step.sample().hasSeqs() || !step.isUnderVmaLock()) {
      return;
    }
    if (step.sample().lockSeq() == step.sample().mmSeq()) {
      checks.brokenByValues(
          "a fault runs under the VMA lock while vm_lock_seq and mm_lock_seq are both %s: the VMA is write-locked"
              .formatted(Integer.toUnsignedString(step.sample().mmSeq())));
    } else {
      checks.held();
    }
  }

  private static void checkSection(Step step, Checks checks) {
    var vma = step.vma();
    var read = step.task().read();
    if (vma == null || vma.section() == null || !read.entered().known()) {
      return;
    }
    var section = vma.section();
    boolean reused = section.mm() != step.mm(); // given to another mm in the section
    if (reused || section.task() == step.task() || !section.isOpen() || !vma.writeLocked().surelyBefore(read.entered())) {
      checks.held();
      return;
    }
    checks.brokenUnless(
        () -> !section.isOpen(),
        "lock_vma_under_rcu() returned a VMA that task %d holds write-locked".formatted(section.task().pid()),
        seen(vma.writeLocked(), "the VMA is write-locked"),
        seen(read.entered(), "the look-up begins"));
  }
}
