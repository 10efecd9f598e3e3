package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.SystemCall;
import io.vmatrace.checker.rule.PerTask;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;
import java.util.Set;

/**
 * madvise() read-locks the VMA that it begins in only for advice that drops pages. What changes the flags of a VMA needs its write lock;
 * of the rest a later kernel may do more under the VMA lock than 7.3 does.
 */
final class MadviseUnderVmaLock extends Rule {
  /** MADV_DONTNEED, MADV_FREE, MADV_DONTNEED_LOCKED; from 7.0 MADV_GUARD_INSTALL, MADV_GUARD_REMOVE: include/uapi/asm-generic/mman-common.h. */
  private static final Set<Long> UNDER_VMA_LOCK = Set.of(4L, 8L, 24L, 102L, 103L);

  /** Those that madvise_vma_behavior() turns into vm_flags: from MADV_NORMAL to MADV_SEQUENTIAL, and from MADV_DONTFORK to MADV_KEEPONFORK. */
  private static boolean changesFlags(long advice) {
    return advice >= 0 && advice <= 2 || advice >= 10 && advice <= 19;
  }

  private final PerTask<LookUp> lookUps = new PerTask<>();

  MadviseUnderVmaLock() {
    super(memorySafety("R97", "madvise() runs under the VMA lock only to drop pages or to set guards").since("6.15").on(Op.LOCK_VMA_UNDER_RCU, Op.SYSCALL_EXIT)
        .needs(Op.LOCK_VMA_UNDER_RCU, Op.SYSCALL_ENTER)
        .sources("mm/madvise.c get_lock_mode(), try_vma_read_lock() (6.17), madvise_vma_behavior()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (step.op() == Op.LOCK_VMA_UNDER_RCU) {
      lookedUp(step);
      return;
    }
    SystemCall call = step.systemCall();
    LookUp lookUp = lookUps.get(step.task());
    if (call.kind() != SystemCall.Kind.MADVISE || lookUp == null || lookUp.address != call.start()) {
      return;
    }
    if (UNDER_VMA_LOCK.contains(call.flags())) {
      checks.held();
    } else if (changesFlags(call.flags())) {
      checks.broken("madvise() with advice %d, which changes vm_flags, has looked its VMA up".formatted(call.flags()), seen(lookUp.at, "the look-up begins"));
    } else {
      checks.suspect("madvise() with advice %d has looked its VMA up".formatted(call.flags()), seen(lookUp.at, "the look-up begins"));
    }
  }

  /** Most look-ups are those of faults of user mode, in no call. */
  private void lookedUp(Step step) {
    if (step.task().isInCallOnOwnMm()) {
      lookUps.put(step.task(), new LookUp(step.address(), step.moment().copy()));
    }
  }

  private record LookUp(long address, Moment at) {}
}
