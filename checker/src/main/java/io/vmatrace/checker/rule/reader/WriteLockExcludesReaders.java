package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.rule.PerVma;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** A fault that held its read lock from before a write lock was there until after it shows a writer that did not wait. */
final class WriteLockExcludesReaders extends Rule {
  private final PerVma<Locked> locked = new PerVma<>();

  /** Whether the write lock is inline: then the rule is kept only where a VMA was seen to be write-locked. */
  private boolean inline;

  WriteLockExcludesReaders() {
    super(memorySafety("R32", "a VMA is not write-locked while a reader holds it").since("6.4")
        .on(Op.HANDLE_MM_FAULT, Op.HANDLE_MM_FAULT_RET, Op.DIED_IN_FAULT, Op.VM_AREA_FREE, Op.CHANGE_FLAGS, Op.CHANGE_FLAGS_RET, Op.CHANGE_POLICY, Op.CHANGE_POLICY_RET, Op.USERFAULTFD_SET_CTX)
        .needs(Op.VMA_START_WRITE_RET).relyingOn(Fact.VMA_READ_LOCKED, Fact.IN_FAULT, Fact.CLOCKS_AGREE)
        .sources("mm/mmap_lock.c __vma_start_write(), __vma_enter_locked() (6.15), __vma_start_exclude_readers() (7.0)", "include/linux/mm.h vma_start_write() (6.12)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    switch (step.op()) {
      case HANDLE_MM_FAULT, HANDLE_MM_FAULT_RET, DIED_IN_FAULT -> held(step, checks);
      default -> {
        var sample = step.sample();
        inline |= sample.hasDetached();
        if (step.vma() != null && sample.hasSeqs() && sample.lockSeq() == sample.mmSeq()) {
          note(step, step.vma());
        }
      }
    }
  }

  /** Of several at one printed time the first one is kept: it is the one that surely came before what follows. */
  private void note(Step step, VmaState vma) {
    Locked before = locked.get(vma);
    if (before == null || before.at.isEarlier(step.moment())) {
      locked.put(vma, new Locked(step.task(), step.moment().copy()));
    }
  }

  private void held(Step step, Checks checks) {
    inline |= step.sample().hasDetached();
    var read = step.task().read();
    var vma = read.vma();
    if (vma == null || vma != step.vma() || !read.isSameVma() || !Reads.isHeldAt(step)) {
      return;
    }
    Locked by = locked.get(vma);
    if (by != null && by.task != step.task() && by.at.surelyBetween(read.granted(), step.moment())) {
      checks.broken(
          "task %d had the VMA write-locked while this fault held it read-locked".formatted(by.task.pid()),
          seen(read.granted(), "the read lock is granted"),
          broke(by.at, "vm_lock_seq is mm_lock_seq: the VMA is write-locked"));
      return;
    }
    TaskState task = vma.writer();
    if (!vma.writeLocked().surelyBetween(read.granted(), step.moment()) || task == null) {
      if (!inline || by != null) {
        checks.held();
      }
      return;
    }
    int writer = task.pid();
    if (step.op() == Op.DIED_IN_FAULT) {
      checks.broken(
          "task %d write-locked the VMA while the fault of task %d held it read-locked, in which the kernel then died"
              .formatted(writer, step.task().pid()),
          seen(read.granted(), "the read lock is granted"),
          seen(step.task().faultCall().entered(), "the fault begins that has no end"),
          broke(vma.writeLocked(), "the write lock is granted"));
    } else {
      checks.broken(
          "task %d write-locked the VMA while this fault held it read-locked".formatted(writer),
          seen(read.granted(), "the read lock is granted"),
          broke(vma.writeLocked(), "the write lock is granted"));
    }
  }

  /** When a task was last seen to have a VMA write-locked by its numbers. */
  private record Locked(TaskState task, Moment at) {}
}
