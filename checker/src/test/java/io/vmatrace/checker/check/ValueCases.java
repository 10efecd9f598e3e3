package io.vmatrace.checker.check;

import java.util.List;

/** The violations that show where a value is read once more: counts, numbers and fields that nobody may have changed in between. */
final class ValueCases {
  private static final String CHURN = "clean-7.2.13-churn";
  private static final String REFCOUNT = "clean-6.18.15-churn";
  private static final String CALLS = "clean-7.3.4-calls";
  private static final String FAULT = ": handle_mm_fault: ";
  private static final String RETURNED = ": handle_mm_fault_ret: ";
  private static final String START_WRITE = ": __vma_start_write: ";
  private static final String STARTED = ": __vma_start_write_ret: ";
  private static final String UNDER_MMAP_LOCK = " flags=0x2";

  private ValueCases() {}

  static List<RuleCase> all() {
    return List.of(
        RuleCase.history("R04", CHURN, "a new VMA has vm_refcnt 0x1 when it is to be write-locked", ValueCases::isNotDetached),
        RuleCase.values("R07", CHURN, "a fault under the mmap_lock finds vm_refcnt 0x0", l -> l.set(l.find(FAULT, UNDER_MMAP_LOCK, "refcnt=0x1 "), "refcnt", "0x0")),
        RuleCase.values("R08", CHURN, "a write lock returns, and its flag stays in vm_refcnt", l -> l.set(l.find(STARTED, "refcnt=0x1 "), "refcnt", "0x40000001")),
        RuleCase.values("R08", CHURN, "a split finds the exclude-readers flag", l -> l.set(l.find(": vma_prepare: ", "refcnt=0x1 "), "refcnt", "0x40000001")),
        RuleCase.values("R08", CHURN, "and at its end", l -> l.set(l.find(": vma_complete: ", "refcnt=0x1 "), "refcnt", "0x40000001")),
        RuleCase.values("R08", REFCOUNT, "a detach finds the exclude-readers flag", l -> l.set(l.find(": vma_mark_detached: ", "refcnt=0x1 "), "refcnt", "0x40000001")),
        RuleCase.values("R08", CALLS, "mprotect finds the exclude-readers flag", l -> l.set(l.find(": mprotect_fixup: "), "refcnt", "0x40000001")),
        RuleCase.values("R08", CALLS, "and mlock", l -> l.set(l.find(": mlock_fixup: "), "refcnt", "0x40000001")),
        RuleCase.values("R08", CALLS, "and mbind", l -> l.set(l.find(": mbind_range: "), "refcnt", "0x40000001")),
        RuleCase.values("R08", CALLS, "and mremap", l -> l.set(l.find(": move_page_tables: "), "refcnt", "0x40000001")),
        RuleCase.values("R08", CALLS, "a VMA is registered with userfaultfd, and the flag is in it", l -> l.set(l.find(": userfaultfd_set_ctx_ret: "), "refcnt", "0x40000001")),
        RuleCase.values("R51", CALLS, "mprotect is given a VMA with vm_refcnt 0x0", l -> l.set(l.find(": mprotect_fixup: "), "refcnt", "0x0")),
        RuleCase.values("R51", CALLS, "and mlock", l -> l.set(l.find(": mlock_fixup: "), "refcnt", "0x0")),
        RuleCase.values("R51", CALLS, "and mbind", l -> l.set(l.find(": mbind_range: "), "refcnt", "0x0")),
        RuleCase.values("R51", CALLS, "and mremap", l -> l.set(l.find(": move_page_tables: "), "refcnt", "0x0")),
        RuleCase.values("R12", CHURN, "a fault under the mmap_lock finds an odd mm_lock_seq", l -> add(l, l.find(FAULT, " flags=0x255 ", "refcnt=0x1 "), "mm_seq", 1)),
        RuleCase.history("R12", CHURN, "a task that holds the mmap_lock for reading finds an odd mm_lock_seq", ValueCases::readsOdd),
        RuleCase.history("R13", CHURN, "mm_lock_seq is lower than where the same task read it last", ValueCases::goesBack),
        RuleCase.history("R14", CHURN, "an attached VMA leaves the write lock with refcnt 0x0", l -> l.set(l.find(STARTED, "refcnt=0x1 "), "refcnt", "0x0")),
        RuleCase.values("R17", CHURN, "the address of a fault under the mmap_lock is where its VMA ends", ValueCases::outside),
        RuleCase.history("R25", CHURN, "a task finds another end of a VMA in its next fault, and the same mm_lock_seq", l -> changes(l, "end", "0x7fffffffe000")),
        RuleCase.history("R25", CALLS, "a task finds other flags of a VMA in its next fault, and the same mm_lock_seq", l -> changes(l, "vm_flags", "0x8100071")),
        RuleCase.history("R25", CALLS, "the anon_vma of a VMA changes in a fault under the VMA lock", l -> changesInside(l, "anon_vma", "0xff49798ec2526aa0")),
        RuleCase.history("R25", CALLS, "the anon_vma of a VMA is gone after a fault under the VMA lock", l -> changesInside(l, "anon_vma", "0x0")),
        RuleCase.history("R25", CALLS, "vm_lock_seq changes in a fault under the VMA lock", l -> changesInside(l, "lock_seq", "71")),
        RuleCase.history("R31", CHURN, "a VMA has the vm_lock_seq of the section when it is to be write-locked", ValueCases::isLocked),
        RuleCase.values("R37", REFCOUNT, "a VMA that is to be detached has the vm_lock_seq of the section before", l -> add(l, l.find(": vma_mark_detached: ", "refcnt=0x1 "), "lock_seq", -2)),
        RuleCase.history("R37", CHURN, "a VMA is a page longer when its write lock is there than when it was asked for", ValueCases::changesUnlocked),
        RuleCase.values("R51", CHURN, "a split finds vm_refcnt 0x0", l -> l.set(l.find(": vma_prepare: ", "refcnt=0x1 "), "refcnt", "0x0")),
        RuleCase.values("R51", CHURN, "and at its end", l -> l.set(l.find(": vma_complete: ", "refcnt=0x1 "), "refcnt", "0x0")),
        RuleCase.history("R59", REFCOUNT, "remove_vma() finds vm_refcnt 0x1", ValueCases::removedUndetached),
        RuleCase.values("R61", CHURN, "a copy of a VMA has the address of its original", ValueCases::copiesItself));
  }

  private static void add(Lines l, int index, String key, int by) {
    l.set(index, key, Long.toString(Long.parseLong(l.event(index).value(key)) + by));
  }

  private static void isNotDetached(Lines l) {
    int made = l.find(": vm_area_alloc_ret: (__mmap_region");
    int entered = l.findOfTask(made, START_WRITE, "vma=" + l.event(made).value("vma") + " ");
    l.set(l.findOfTask(entered, STARTED), "refcnt", "0x1");
    l.set(entered, "refcnt", "0x1");
  }

  /** Not a fault of user mode: exec writes to its new stack. */
  private static void readsOdd(Lines l) {
    int fault = l.find(FAULT, " flags=0x81 ", "refcnt=0x1 ");
    add(l, fault, "mm_seq", 1);
  }

  private static void goesBack(Lines l) {
    int read = l.find(FAULT, " flags=0x1255 ", "refcnt=0x2 ");
    Lines.Event event = l.event(read);
    int next = l.findOfTask(l.nextOfTask(read), FAULT, "mm=" + event.value("mm") + " ");
    if (!l.event(next).value("mm_seq").equals(event.value("mm_seq"))) {
      throw new IllegalStateException("a write section in between");
    }
    add(l, read, "mm_seq", 2);
    l.expectAt(next);
  }

  private static void outside(Lines l) {
    int fault = l.find(FAULT, UNDER_MMAP_LOCK, "refcnt=0x1 ");
    l.set(fault, "address", l.event(fault).value("end"));
  }

  /** What a task's fault under the VMA lock finds is another value in its next fault of the VMA. */
  private static void changes(Lines l, String key, String to) {
    int first = l.find(FAULT, " flags=0x125", " lock_seq=");
    int second = nextFault(l, first);
    while (second < 0) {
      first = l.find(1, first + 1, FAULT, " flags=0x125", " lock_seq=");
      second = nextFault(l, first);
    }
    int returned = l.findOfTask(second, RETURNED);
    if (l.event(returned).text().contains(" " + key + "=")) {
      l.set(returned, key, to);
    }
    l.set(second, key, to);
  }

  /** The next fault of a VMA where it is the same task's, and there was no write section in between; else -1. */
  private static int nextFault(Lines l, int first) {
    Lines.Event event = l.event(first);
    for (int i = first + 1; i < l.lines().size(); i++) {
      if (l.lines().get(i).contains(FAULT) && l.lines().get(i).contains(event.value("vma"))) {
        boolean same = l.event(i).pid() == event.pid() && l.event(i).value("flags").startsWith("0x125");
        return same && l.event(i).value("mm_seq").equals(event.value("mm_seq")) ? i : -1;
      }
    }
    return -1;
  }

  private static void changesInside(Lines l, String key, String to) {
    int fault = l.find(FAULT, " flags=0x1255 ", " anon_vma=0xff");
    int returned = l.findOfTask(fault, RETURNED);
    if (!l.event(returned).value("ret").matches("0x[0-9a-f]{0,2}")) {
      throw new IllegalStateException("a fault that lets its lock go");
    }
    l.set(returned, key, to);
  }

  private static void isLocked(Lines l) {
    int entered = l.find(START_WRITE, "refcnt=0x1 ");
    l.set(entered, "lock_seq", l.event(entered).value("mm_seq"));
  }

  private static void changesUnlocked(Lines l) {
    int locked = l.findOfTask(l.find(START_WRITE, "refcnt=0x1 "), STARTED);
    l.set(locked, "end", "0x" + Long.toHexString(Long.decode(l.event(locked).value("end")) + 0x1000));
  }

  private static void removedUndetached(Lines l) {
    int removed = l.find(": remove_vma: ", "refcnt=0x0 ");
    l.set(removed, "refcnt", "0x1");
    l.expectAt(l.findOfTask(removed, ": vm_area_free: "));
  }

  private static void copiesItself(Lines l) {
    int copied = l.find(": vm_area_dup_ret: ");
    l.set(copied, "vma", l.event(copied).value("orig"));
  }
}
