package io.vmatrace.checker.check;

import java.util.List;

/** The violations that only the probes with further values show, made from captures that have them (docs/record-probes.sh). */
final class ProbeCases {
  private static final String CALLS = "clean-6.18.15-calls";
  private static final String RWSEM = "clean-6.12.117-calls";
  private static final String MERGE = "clean-6.12.117-merge";
  private static final String KVM = "clean-6.18.15-kvm";
  private static final String COMPLETE = ": vma_complete: ";
  private static final String FAULT = ": handle_mm_fault: ";
  private static final String HANDLED = ": handle_mm_fault_ret: ";
  private static final String DROP = ": mm_drop_all_locks: ";

  private ProbeCases() {}

  static List<RuleCase> all() {
    return List.of(
        RuleCase.values("R04", CALLS, "the VMA that vma_link() links has vm_refcnt 0x1", l -> l.set(l.find(": vma_link: "), "refcnt", "0x1")),
        RuleCase.values("R04", CALLS, "the VMA that a split inserts has vm_refcnt 0x1", l -> l.set(l.find(COMPLETE, "insert=0xff"), "ins_refcnt", "0x1")),
        RuleCase.suspicion("R22", CALLS, "the look-up of a UFFDIO_COPY is refused, and uffd_lock_vma() returns a VMA", ProbeCases::copiesUnlocked),
        RuleCase.history("R25", CALLS, "the VMA of a fault under the VMA lock is a page longer at its end", ProbeCases::grows),
        RuleCase.history("R25", CALLS, "the VMA of a fault under the VMA lock is writable no more at its end", ProbeCases::becomesReadOnly),
        RuleCase.suspicion("R58", CALLS, "a munmap that has freed its VMA returns -ENOMEM", ProbeCases::failsAfterFree),
        RuleCase.suspicion("R69", CALLS, "a fault under the mmap_lock finds vm_refcnt 0x0 where a munmap has failed", ProbeCases::staysDetached),
        RuleCase.history("R71", CALLS, "another task looks up and finds a VMA where munmap frees page tables", ProbeCases::readsWhileTablesAreFreed),
        RuleCase.values("R80", CALLS, "mremap moves page tables out of a VMA that was write-locked one section before", l -> unlocked(l, ": move_page_tables: ")),
        RuleCase.history("R82", CALLS, "mprotect has changed a VMA that was write-locked one section before", l -> unlocked(l, ": mprotect_fixup_ret: (do_mprotect")),
        RuleCase.history("R82", CALLS, "mlock has changed a VMA that was write-locked one section before", l -> unlocked(l, ": mlock_fixup_ret: ")),
        RuleCase.history("R82", CALLS, "madvise has changed a VMA that was write-locked one section before", ProbeCases::advisesUnlocked),
        RuleCase.values("R83", CALLS, "a VMA is registered that was write-locked one section before", l -> unlocked(l, ": userfaultfd_set_ctx_ret: ")),
        RuleCase.history("R84", CALLS, "mbind has replaced the policy of a VMA that was write-locked one section before", l -> unlocked(l, ": mbind_range_ret: ")),
        RuleCase.values("R85", CALLS, "anon_vma is copied into a VMA that is attached and not write-locked", l -> l.set(l.find(": anon_vma_clone: ", "refcnt=0x0"), "refcnt", "0x1")),
        RuleCase.history("R85", MERGE, "a merge has write-locked the VMA that takes the anon_vma one section before", l -> unlocked(l, ": anon_vma_clone: ", " lock_seq=69 mm_seq=69 ")),
        RuleCase.history("R72", RWSEM, "fork copies a VMA that was write-locked one section before", ProbeCases::forksUnlocked),
        RuleCase.history("R86", KVM, "another task gets a read lock after mm_drop_all_locks(), before the release", ProbeCases::readsAfterDrop),
        RuleCase.suspicion("R86", KVM, "the same, of a VMA whose write lock was not seen", ProbeCases::readsAnotherAfterDrop),
        RuleCase.values("R96", CALLS, "a reader of /proc/PID/maps gets the VMA before the one that it had", ProbeCases::readsBackwards),
        RuleCase.values("R106", CALLS, "the tree of a look-up is not in RCU mode", l -> l.set(l.find(": lock_vma_under_rcu: ", "mt_flags=0x307"), "mt_flags", "0x305")));
  }

  private static void staysDetached(Lines l) {
    int fault = l.find(": handle_mm_fault: ", "flags=0x215 ", "refcnt=0x1 ");
    Lines.Event event = l.event(fault);
    String failed = "do_vmi_align_munmap_ret: (do_vmi_munmap+0xd0/0x170 <- do_vmi_align_munmap) ret=-12 mm=%s start=%s end=%s"
        .formatted(event.value("mm"), event.value("start"), event.value("end"));
    l.set(fault, "refcnt", "0x0");
    l.insert(fault, event.line(failed));
    l.expectAt(fault + 1);
  }

  /** Makes a number of a line that of one write section before another number there. */
  static void oneSectionBefore(Lines l, int at, String key, String other) {
    l.set(at, key, Integer.toString(Integer.parseInt(l.event(at).value(other)) - 2));
  }

  private static void unlocked(Lines l, String... words) {
    int at = l.find(words);
    while (isGone(l, at)) {
      at = l.find(2, at, words);
    }
    oneSectionBefore(l, at, "lock_seq", "mm_seq");
  }

  /** Whether a VMA is detached where a function returns that was given it: it was merged into another one. */
  private static boolean isGone(Lines l, int at) {
    String line = l.lines().get(at);
    return line.contains("_ret: (") && (line.contains(" refcnt=0x0 ") || line.contains(" detached=1"));
  }

  private static void forksUnlocked(Lines l) {
    oneSectionBefore(l, l.find(": vm_area_dup_ret: (copy_process"), "orig_lock_seq", "orig_mm_seq");
  }

  private static void advisesUnlocked(Lines l) {
    int call = l.find("sys_madvise(", "behavior: 0xa");
    oneSectionBefore(l, l.findOfTask(call, ": madvise_vma_behavior_ret: "), "lock_seq", "mm_seq");
  }

  private static void copiesUnlocked(Lines l) {
    int lookUp = l.find(": lock_vma_under_rcu_ret: (uffd_lock_vma");
    l.set(lookUp, "vma", "0x0");
    l.expectAt(l.find(1, lookUp, ": uffd_lock_vma_ret: "));
  }

  /** The return of the first fault that holds its read lock to the end. */
  private static int handled(Lines l) {
    int fault = l.find(FAULT, " flags=0x1255 ");
    while (!l.lines().get(l.findOfTask(fault, HANDLED)).contains(" ret=0x0 ")) {
      fault = l.find(2, fault, FAULT, " flags=0x1255 ");
    }
    return l.findOfTask(fault, HANDLED);
  }

  private static void grows(Lines l) {
    int at = handled(l);
    l.set(at, "end", "0x" + Long.toHexString(Long.decode(l.event(at).value("end")) + 0x1000));
  }

  private static void becomesReadOnly(Lines l) {
    int at = handled(l);
    l.set(at, "vm_flags", "0x" + Long.toHexString(Long.decode(l.event(at).value("vm_flags")) ^ 2));
  }

  private static void failsAfterFree(Lines l) {
    l.set(l.findOfTask(l.find("sys_munmap("), ": do_vmi_align_munmap_ret: "), "ret", "-12");
  }

  private static void readsWhileTablesAreFreed(Lines l) {
    int call = l.find("sys_munmap(");
    Lines.Event gather = l.event(l.findOfTask(call, ": vms_gather_munmap_vmas: "));
    int frees = l.findOfTask(call, ": free_pgtables: ");
    long micros = l.event(frees).micros();
    RuleCases.lookUp(l, frees, l.event(l.findOfTask(call, ": __vma_start_write_ret: ")), gather.value("vma"), gather.value("start"), micros + 2, micros + 4);
  }

  /** After one whose release follows at once: in a longer time tracing may have been off. */
  private static void readsAfterDrop(Lines l) {
    int drop = l.find(DROP);
    while (l.event(l.findOfTask(drop, "mmap_lock_released")).micros() - l.event(drop).micros() > 50) {
      drop = l.find(1, drop + 1, DROP);
    }
    Lines.Event locked = l.event(l.findBefore(drop, ": __vma_start_write_ret: "));
    long micros = l.event(drop).micros();
    RuleCases.lookUp(l, drop, locked, locked.value("vma"), locked.value("start"), micros + 2, micros + 4);
  }

  private static void readsAnotherAfterDrop(Lines l) {
    int drop = l.find(DROP);
    Lines.Event locked = l.event(l.findBefore(drop, ": __vma_start_write_ret: "));
    long micros = l.event(drop).micros();
    RuleCases.lookUp(l, drop, locked, "0xff49c7c799999990", locked.value("start"), micros + 2, micros + 4);
  }

  private static void readsBackwards(Lines l) {
    int first = l.find(": lock_next_vma_ret: ");
    Lines.Event before = l.event(first);
    int at = l.find(1, first + 1, ": lock_next_vma_ret: ", "from=" + before.value("end") + " ");
    l.set(at, "start", before.value("start"));
    l.set(at, "end", before.value("end"));
  }
}
