package io.vmatrace.checker.check;

import java.util.List;

/** The violations in what a task does in one call: a fork, a fault, a system call. */
final class CallCases {
  private static final String CHURN = "clean-7.2.13-churn";
  private static final String RWSEM = "clean-6.12.94-churn";
  private static final String FORK = "clean-7.2.13-fork-faults";
  private static final String CALLS = "clean-6.18.15-calls";
  private static final String LOOK_UP = ": lock_vma_under_rcu: ";
  private static final String LOOKED_UP = ": lock_vma_under_rcu_ret: ";
  private static final String FREED = ": vm_area_free: ";

  private CallCases() {}

  static List<RuleCase> all() {
    return List.of(
        RuleCase.history("R35", FORK, "a write lock of a fork returns -EINTR, and the task lives on", CallCases::killedAndLives),
        RuleCase.suspicion("R57", FORK, "a fork returns -ENOMEM, and its child faults", CallCases::childOfFailedForkFaults),
        RuleCase.suspicion("R62", RWSEM, "the callback of a VMA comes before vm_area_free()", CallCases::calledBackBeforeFree),
        RuleCase.history("R65", CHURN, "an mm that exits is freed before its last VMA", CallCases::mmFreedBeforeItsVma),
        RuleCase.values("R77", CALLS, "a merge removes a VMA that was write-locked one section before", CallCases::removesUnlocked),
        RuleCase.suspicion("R88", CHURN, "a fault that looks its VMA up is one of the kernel", CallCases::kernelLooksUp),
        RuleCase.suspicion("R91", CALLS, "a fault sets the first anon_vma without the mmap_lock", CallCases::setsAnonVmaUnlocked),
        RuleCase.suspicion("R93", CALLS, "a writer waits for the readers of a VMA whose fault sleeps in handle_userfault()", CallCases::sleepsLocked),
        RuleCase.suspicion("R94", CHURN, "a fault that has to be tried again looks its VMA up again", CallCases::looksUpAgain),
        RuleCase.suspicion("R95", CHURN, "a look-up is refused where there is no writer", CallCases::refusedWithoutWriter),
        RuleCase.suspicion("R95", CHURN, "a look-up is refused where the writer has locked another VMA", CallCases::refusedByAnother),
        RuleCase.history("R97", CHURN, "a madvise() that looks its VMA up has MADV_HUGEPAGE", l -> advises(l, "0xe")),
        RuleCase.suspicion("R97", CHURN, "a madvise() that looks its VMA up has MADV_COLD", l -> advises(l, "0x14")),
        RuleCase.suspicion("R99", CALLS, "PROCMAP_QUERY faults between two look-ups", CallCases::faultsInQuery));
  }

  private static void killedAndLives(Lines l) {
    int locked = l.find(1, l.find(": dup_mmap: "), ": __vma_start_write_ret: ", "ret=0 ");
    l.set(locked, "ret", "-4");
    int forked = l.find(1, locked, "sys_clone -> ", "-" + l.event(locked).pid() + " ");
    l.expectAt(l.find(1, forked, "page_fault_user: ", "-" + l.event(locked).pid() + " "));
  }

  private static void childOfFailedForkFaults(Lines l) {
    int forked = l.find(": dup_mmap_ret: ");
    l.set(forked, "ret", "-12");
    l.expectAt(l.find(1, forked, ": handle_mm_fault: ", " mm=" + l.event(forked).value("mm")));
  }

  private static void calledBackBeforeFree(Lines l) {
    int freed = l.find(FREED);
    Lines.Event event = l.event(freed);
    int called = l.find(1, freed, ": vm_area_free_rcu_cb: ", "vma=" + event.value("vma"));
    String text = l.event(called).text();
    l.remove(called);
    l.insert(freed, event.line(text));
    l.expectAt(freed);
  }

  private static void mmFreedBeforeItsVma(Lines l) {
    int freed = l.findBefore(l.find("exit_mmap: mt_mod"), FREED);
    Lines.Event event = l.event(freed);
    int before = l.findBefore(freed, FREED);
    String mm = event.value("mm").substring(2);
    l.insert(before + 1, l.event(before).line("kmem_cache_free: call_site=__mmdrop+0x8c/0x110 ptr=%s name=mm_struct".formatted(mm)));
    l.expectAt(freed + 1);
  }

  private static void kernelLooksUp(Lines l) {
    int lookUp = l.find(1, l.find("sys_clone3("), LOOKED_UP + "(do_user_addr_fault");
    int fault = l.findBefore(lookUp, ": page_fault_user: address=" + l.event(lookUp).value("address"));
    l.lines().set(fault, l.lines().get(fault).replace("page_fault_user", "page_fault_kernel"));
    l.expectAt(l.find(1, fault, LOOK_UP, "-" + l.event(fault).pid() + " "));
  }

  private static void looksUpAgain(Lines l) {
    int retry = l.find(": handle_mm_fault_ret: ", "ret=0x400 ");
    Lines.Event event = l.event(retry);
    int lookUp = l.findBefore(retry, LOOK_UP);
    l.insert(retry + 1, event.line(l.event(lookUp).text().replaceFirst("address=\\S+", "address=" + event.value("address"))));
    l.expectAt(retry + 1);
  }

  private static void refusedWithoutWriter(Lines l) {
    l.set(l.find(LOOKED_UP), "vma", "0x0");
  }

  private static void refusedByAnother(Lines l) {
    int changes = l.find(1, l.find(2, 0, "sys_clone3("), ": mprotect_fixup: ");
    l.set(l.find(2, changes, LOOKED_UP), "vma", "0x0");
  }

  private static void advises(Lines l, String advice) {
    int call = l.find(1, l.find("sys_clone3("), "sys_madvise(", "behavior: 4)");
    while (!l.lines().get(l.nextOfTask(call)).contains(LOOK_UP)) {
      call = l.find(1, call + 1, "sys_madvise(", "behavior: 4)");
    }
    l.lines().set(call, l.lines().get(call).replace("behavior: 4)", "behavior: %s)".formatted(advice)));
    l.expectAt(l.findOfTask(call, "sys_madvise -> "));
  }

  private static void removesUnlocked(Lines l) {
    ProbeCases.oneSectionBefore(l, l.find(": vma_complete: ", " remove=0xff"), "rem_seq", "rem_seq");
  }

  private static void setsAnonVmaUnlocked(Lines l) {
    int fault = l.find(1, l.find("sys_clone3("), ": handle_mm_fault: ", "flags=0x1255 ", "anon_vma=0x0");
    String task = "-" + l.event(fault).pid() + " ";
    int done = l.find(1, fault, task, ": handle_mm_fault_ret: ");
    for (int i = done - 1; i > fault; i--) {
      if (l.lines().get(i).contains(task) && l.lines().get(i).contains(": mmap_lock_")) {
        l.remove(i);
        done--;
      }
    }
    l.expectAt(done);
  }

  private static void sleepsLocked(Lines l) {
    int waits = l.find(": handle_userfault: ", "flags=0x1");
    Lines.Event event = l.event(waits);
    int done = l.find(1, waits, "-" + event.pid() + " ", ": handle_mm_fault_ret: ");
    Lines.Event before = l.event(done - 1);
    String write = l.event(l.find(1, waits, ": __vma_start_write: ", "vma=" + event.value("vma"))).text();
    l.insert(done, before.line(RuleCase.STRANGER, 1 - event.cpu(), before.micros(), write));
    l.expectAt(done + 1);
  }

  private static void faultsInQuery(Lines l) {
    int query = l.find(": do_procmap_query: ");
    int locked = l.find(1, query, ": lock_next_vma_ret: ");
    Lines.Event event = l.event(locked);
    l.insert(locked + 1, l.event(query).line(event.pid(), event.cpu(), event.micros(), "page_fault_kernel: address=0x7f0000000000 ip=_copy_to_user error_code=0x2"));
    l.expectAt(l.find(2, query, ": lock_next_vma_ret: "));
  }
}
