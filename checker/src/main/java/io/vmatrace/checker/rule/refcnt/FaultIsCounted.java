package io.vmatrace.checker.rule.refcnt;

import io.vmatrace.checker.mm.Calls;
import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.FaultFlags;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.rule.PerVma;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A fault under the VMA lock has one reference, the attachment another, and so has each other fault that holds the VMA until it returns. */
final class FaultIsCounted extends Rule {
  /** More faults than a machine has CPUs: of one that never returns the rest are left out. */
  private static final int MOST = 256;

  /** Those of each VMA that have not returned, as far as is known. */
  private final PerVma<List<Held>> faults = new PerVma<>();

  FaultIsCounted() {
    super(memorySafety("R07", "each fault under the VMA lock and the attachment are counted in vm_refcnt").since("6.15")
        .on(Op.HANDLE_MM_FAULT, Op.HANDLE_MM_FAULT_RET).byValues().orByValues().relyingOn(Fact.IN_FAULT, Fact.CLOCKS_AGREE)
        .sources("include/linux/mmap_lock.h vma_mark_attached(), vma_start_read() (6.15)", "mm/mmap_lock.c vma_start_read() (6.18)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    VmaState vma = step.vma();
    if (step.op() == Op.HANDLE_MM_FAULT) {
      checkEntry(step, checks);
      if (vma != null && step.isUnderVmaLock() && step.sample().hasRefcnt()) {
        begins(new Held(step), vma);
      }
    } else if (vma != null && faults.get(vma) != null) {
      returns(step, vma, checks);
    }
  }

  private static void checkEntry(Step step, Checks checks) {
    if (!step.sample().hasRefcnt()) {
      return;
    }
    int refcnt = step.sample().refcnt();
    int references = refcnt & ~Sample.EXCLUDE_READERS;
    if (refcnt >= 0 && step.isUnderVmaLock() && references < 2) {
      checks.brokenByValues("vm_refcnt is 0x%x in a fault under the VMA lock: the fault's reference or the attachment's is gone".formatted(refcnt));
    } else if (refcnt == 0) {
      checks.brokenByValues("vm_refcnt is 0x0 in a fault under the mmap_lock: the VMA is in the tree, and not attached");
    } else {
      checks.held();
    }
  }

  private void begins(Held fault, VmaState vma) {
    List<Held> open = faults.get(vma);
    if (open == null) {
      open = new ArrayList<>(2);
      faults.put(vma, open);
    }
    open.removeIf(other -> other.task == fault.task);
    for (Held other : open) {
      if (other.begunInIt.size() < MOST) {
        other.begunInIt.add(fault);
      }
    }
    if (open.size() < MOST) {
      open.add(fault);
    }
  }

  private void returns(Step step, VmaState vma, Checks checks) {
    List<Held> open = faults.get(vma);
    Held own = null;
    for (int i = 0; open != null && own == null && i < open.size(); i++) {
      own = open.get(i).task == step.task() ? open.remove(i) : null;
    }
    if (own == null || step.task().faultCall().entered().at() != own.entered.at()) {
      return;
    }
    own.returned = step.moment().copy();
    if (step.hasRet() && !FaultFlags.isLetGo(step.ret())) {
      judgeThose(own, checks);
    }
  }

  /** A fault that returns now, and that held its lock, was counted by those that began in it. */
  private void judgeThose(Held held, Checks checks) {
    Moment now = held.returned;
    for (Held other : held.begunInIt) {
      if (now == null || !held.entered.surelyBefore(other.entered) || !other.read().surelyBefore(now) || held.task.isQuietBetween(held.entered.at(), now.at())) {
        continue; // it may have returned unseen, and begun another one, while tracing was off
      }
      other.others++;
      int references = other.refcnt & ~Sample.EXCLUDE_READERS;
      if (other.refcnt >= 2 && references >= 2 && references < 2 + other.others) {
        checks.broken(
            "vm_refcnt was 0x%x while %d faults held the VMA read-locked: a reference is missing".formatted(other.refcnt, 1 + other.others),
            seen(held.entered, "this fault begins under the VMA lock"),
            seen(other.entered, "another one begins, and reads vm_refcnt"));
        return;
      }
    }
  }

  /** A fault under the VMA lock, and what those have found that began in it. */
  private static final class Held {
    private final TaskState task;
    private final Moment entered;
    private final int refcnt;
    private @Nullable Moment returned;

    /** How many references others certainly had when vm_refcnt was read. */
    private int others;

    private final List<Held> begunInIt = new ArrayList<>(0);

    Held(Step step) {
      task = step.task();
      entered = step.moment().copy();
      refcnt = step.sample().refcnt();
    }

    /** Before what vm_refcnt was certainly read: values are read between their event and the task's next one. */
    Moment read() {
      Calls.FaultCall call = task.faultCall();
      return returned != null ? returned : call.entered().at() == entered.at() ? call.prepared() : new Moment();
    }
  }
}
