package io.vmatrace.checker.rule.seq;

import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.rule.Rule;

/** What a sample says of the write lock of its VMA. */
final class WriteLocks {
  private WriteLocks() {}

  /** Whether readers can find the VMA: its refcnt is not 0, or (to 6.14) its detached flag is not set. */
  static boolean isAttached(Sample sample) {
    return sample.hasRefcnt() ? sample.refcnt() > 0 : sample.hasDetached() && !sample.detached();
  }

  /** Puts a claim to a sample with both numbers: the VMA is write-locked. */
  static void judge(Sample sample, String what, Rule.Checks checks) {
    if (sample.lockSeq() == sample.mmSeq()) {
      checks.held();
    } else {
      checks.brokenByValues("%s that is not write-locked: %s".formatted(what, numbers(sample)));
    }
  }

  static String numbers(Sample sample) {
    return "vm_lock_seq %s, mm_lock_seq %s".formatted(Integer.toUnsignedString(sample.lockSeq()), Integer.toUnsignedString(sample.mmSeq()));
  }
}
