package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.FaultCall;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaRead;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.Checks;
import io.vmatrace.checker.rule.Checks.Evidence;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.checker.rule.Severity;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import java.util.EnumSet;
import java.util.List;

/**
 * A write-locked VMA gives no read locks until its write section ends. Two signs of the opposite: a look-up that began and ended inside
 * the certain write lock and returned the VMA; and a fault under the VMA lock that finds vm_lock_seq equal to mm_lock_seq.
 */
final class NoReadLockWhileWriteLocked implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R18",
          "no read lock is granted while the VMA is write-locked",
          Severity.MEMORY_SAFETY,
          Generation.VMA_LOCKS,
          List.of("mm/mmap_lock.c vma_start_read(), __vma_start_write()",
          "protocol.md 1.5 to 1.7"),
          EnumSet.of(Op.VMA_START_READ, Op.HANDLE_MM_FAULT),
          EnumSet.of(Op.VMA_START_READ),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
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
    if (!step.sample().hasSeqs() || !FaultCall.isUnderVmaLock(step.flags())) {
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
    VmaState vma = step.vma();
    VmaRead read = step.task().read();
    if (vma == null || vma.section() == null || !read.entered().known()) {
      return;
    }
    WriteSection section = vma.section();
    boolean reused = section.mm() != step.mm(); // freed in the section and given to another mm, where its being freed was not recorded
    if (reused || section.task() == step.task() || !section.isOpen() || !vma.writeLocked().surelyBefore(read.entered())) {
      checks.held();
      return;
    }
    checks.brokenUnless(
        () -> !section.isOpen(),
        "lock_vma_under_rcu() returned a VMA that task %d holds write-locked".formatted(section.task().pid()),
        Evidence.of(vma.writeLocked(), "the VMA is write-locked"),
        Evidence.of(read.entered(), "the look-up begins"));
  }
}
