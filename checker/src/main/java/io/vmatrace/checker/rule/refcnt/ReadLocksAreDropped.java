package io.vmatrace.checker.rule.refcnt;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.PerMm;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;
import java.util.HashSet;
import java.util.Set;

/**
 * __vma_start_write() returns when no reader is left, with the attachment alone in vm_refcnt. A look-up that comes after that counts itself
 * for a moment, and a look-up need not be in the capture: a task may read /proc/PID/maps (lock_next_vma(), 6.17). In an mm that exits nobody
 * looks up, but a task that found the VMA when it was in another mm: so only a VMA counts whose memory was not freed before.
 */
final class ReadLocksAreDropped extends Rule {
  /** The first of the last section that had one, by mm. */
  private final PerMm<Extra> extras = new PerMm<>();

  /** So many look-ups are kept; where more seem to be under way, as without their ends, one of them may explain any reference. */
  private static final int MOST_LOOK_UPS = 4_096;

  /** The tasks that have begun a look-up in any mm, and may still be in it: one that dies there is seen to by {@link TaskState#read}. */
  private final Set<TaskState> lookingUp = new HashSet<>();

  ReadLocksAreDropped() {
    super(memorySafety("R19", "each read lock is dropped exactly once").since("6.15").byValues()
        .on(Op.VMA_START_WRITE_RET, Op.EXIT_MMAP, Op.LOCK_VMA_UNDER_RCU, Op.VMA_START_READ, Op.VMA_START_READ_REFUSED)
        .needs(Op.LOCK_VMA_UNDER_RCU, Op.VMA_START_READ, Op.EXIT_MMAP).relyingOn(Fact.WRITE_SECTION, Fact.IN_LOOK_UP)
        .sources("mm/mmap_lock.c __vma_start_write() (6.17)", "include/linux/mmap_lock.h vma_refcount_put() (6.15)", "mm/mmap.c exit_mmap(): mm_users is 0"));
  }

  @Override
  public void check(Step step, Checks checks) {
    switch (step.op()) {
      case LOCK_VMA_UNDER_RCU -> begins(step.task());
      case VMA_START_READ, VMA_START_READ_REFUSED -> lookingUp.remove(step.task());
      case VMA_START_WRITE_RET -> locked(step, checks);
      default -> exits(step, checks);
    }
  }

  private void begins(TaskState task) {
    if (lookingUp.size() < MOST_LOOK_UPS || !isLookedUp()) {
      lookingUp.add(task);
    }
  }

  private void locked(Step step, Checks checks) {
    var mm = step.mm();
    var vma = step.vma();
    WriteSection section = mm == null ? null : step.task().sectionOf(mm);
    if (mm == null || vma == null || section == null || step.ret() != 0 || !step.sample().hasRefcnt() || step.sample().refcnt() < 1) {
      return;
    }
    int refcnt = step.sample().refcnt();
    if (refcnt == 1) {
      checks.held();
      return;
    }
    Extra before = extras.get(mm);
    boolean first = before == null || before.section != section;
    boolean wasElsewhere = vma.incarnation() > 1;
    if (first && !wasElsewhere && !step.sample().excludesReaders() && !isLookedUp()) {
      extras.put(mm, new Extra(section, vma, step.moment().copy(), refcnt));
    }
  }

  private boolean isLookedUp() {
    lookingUp.removeIf(task -> !task.read().entered().known() || task.read().granted().known());
    return !lookingUp.isEmpty();
  }

  private void exits(Step step, Checks checks) {
    var mm = step.mm();
    WriteSection section = mm == null ? null : step.task().sectionOf(mm);
    Extra extra = mm == null ? null : extras.get(mm);
    if (mm == null || section == null || extra == null || extra.section != section) {
      return;
    }
    checks.about(mm, extra.vma);
    checks.broken(
        "a VMA of an mm that exits had vm_refcnt %d when it was write-locked: a reference that no reader can have any more".formatted(extra.refcnt),
        seen(section.acquired(), "takes the mmap_lock for writing"), seen(extra.at, "the VMA is write-locked"));
  }

  /** A VMA that had more references than it should when its write lock was there. */
  private record Extra(WriteSection section, VmaState vma, Moment at, int refcnt) {}
}
