package io.vmatrace.checker.check;

import java.util.List;

/** The violations about who holds a reference to a VMA, and for how long. */
final class ReferenceCases {
  private static final String CHURN = "clean-7.2.13-churn";
  private static final String REFCOUNT = "clean-6.18.15-churn";
  private static final String RACE = "clean-7.2-slow-reader-fault-race";
  private static final String FAULT = ": handle_mm_fault: ";
  private static final String STARTED = ": __vma_start_write_ret: ";

  /** In microseconds: so long a fault has to last that another one lies in it. */
  private static final int INSIDE = 140;

  /** In microseconds: so long after the begin of that, and before its end. */
  private static final int APART = 66;

  private ReferenceCases() {}

  static List<RuleCase> all() {
    return List.of(
        RuleCase.history("R03", REFCOUNT, "another task's fault finds vm_refcnt 0x1 after munmap's downgrade, in a VMA that was detached", ReferenceCases::countsAgain),
        RuleCase.history("R03", CHURN, "a VMA that has vm_refcnt 0x0 after munmap's downgrade is freed with 0x1", ReferenceCases::freesAgain),
        RuleCase.history("R07", CHURN, "two faults hold a VMA, and one reference is missing", ReferenceCases::oneShort),
        RuleCase.history("R68", CHURN, "another task looks up and finds a VMA in a range that munmap has cleared, after its downgrade", ReferenceCases::readsUnmapped),
        RuleCase.history("R20", CHURN, "a look-up returns another VMA than the one that is handled", ReferenceCases::handlesAnotherVma),
        RuleCase.history("R20", CHURN, "a fault is handled under the VMA lock after its look-up was refused", ReferenceCases::handlesRefused),
        RuleCase.history("R20", CHURN, "a fault that is served is handled once more without another look-up", l -> handlesAgain(l, "0x100")),
        RuleCase.history("R19", CHURN, "exit write-locks a VMA that has vm_refcnt 0x2", ReferenceCases::exitsWithReader),
        RuleCase.history("R19", CHURN, "the same, and a task has died in a look-up before", ReferenceCases::exitsAfterDeath),
        RuleCase.history("R20", CHURN, "a fault returns RETRY, and is handled once more without another look-up", l -> handlesAgain(l, "0x400")),
        RuleCase.history("R20", CHURN, "the same with COMPLETED", l -> handlesAgain(l, "0x4000")),
        RuleCase.suspicion("R28", CHURN, "a look-up inside of a fault returns the VMA that the fault holds", ReferenceCases::looksUpInFault),
        RuleCase.suspicion("R64", RACE, "a look-up has woken a writer, and returns a VMA", ReferenceCases::returnsWithdrawn),
        RuleCase.suspicion("R103", CHURN, "a look-up inside of a fault returns another VMA than the fault holds", ReferenceCases::looksUpAnotherInFault),
        RuleCase.suspicion("R20", CHURN, "the same at another address", ReferenceCases::handlesAnother));
  }

  private static void countsAgain(Lines l) {
    int call = l.find("sys_munmap(");
    Lines.Event detached = l.event(l.findOfTask(call, ": vma_mark_detached_ret: "));
    int downgraded = l.findOfTask(call, "mmap_lock_acquire_returned", "write=false");
    long micros = l.event(downgraded).micros() + 2;
    int mmSeq = Integer.parseInt(detached.value("mm_seq")) + 1;
    String fault =
        "handle_mm_fault: (handle_mm_fault+0x4/0x2e0) address=%s flags=0x255 vma=%s mm=%s start=%s end=%s refcnt=0x1 lock_seq=%s mm_seq=%d"
            .formatted(detached.value("start"), detached.value("vma"), detached.value("mm"), detached.value("start"), detached.value("end"), detached.value("lock_seq"), mmSeq);
    l.expectAt(l.insertByTime(downgraded, detached.line(RuleCase.STRANGER, 1 - detached.cpu(), micros, fault), micros));
  }

  private static void freesAgain(Lines l) {
    int downgraded = l.findOfTask(l.find("sys_munmap("), "mmap_lock_acquire_returned", "write=false");
    l.set(l.findOfTask(downgraded, ": vm_area_free: "), "refcnt", "0x1");
  }

  private static void handlesAgain(Lines l, String ret) {
    int fault = l.find(FAULT, " flags=0x1255 ");
    Lines.Event event = l.event(fault);
    String returned = "handle_mm_fault_ret: (do_user_addr_fault+0x2c3/0x7f0 <- handle_mm_fault) ret=%s vma=%s address=%s"
        .formatted(ret, event.value("vma"), event.value("address"));
    l.insert(fault + 1, event.line(returned));
    l.insert(fault + 2, l.lines().get(fault));
    l.expectAt(fault + 2);
  }

  /** A fault of the stranger inside of another one that holds its lock throughout: it counts itself and the attachment. */
  private static void oneShort(Lines l) {
    int fault = l.find(FAULT, " flags=0x1255 ", "refcnt=0x2 ");
    while (!isLong(l, fault)) {
      fault = l.find(1, fault + 1, FAULT, " flags=0x1255 ", "refcnt=0x2 ");
    }
    Lines.Event event = l.event(fault);
    int cpu = 1 - event.cpu();
    long micros = event.micros();
    RuleCases.lookUp(l, fault, event, event.value("vma"), event.value("address"), micros + APART, micros + APART + 1);
    int entered = l.insertByTime(fault, event.line(RuleCase.STRANGER, cpu, micros + APART + 1, event.text()), micros + APART + 1);
    String returns = l.event(l.findOfTask(fault, ": handle_mm_fault_ret: ")).text();
    l.insertByTime(entered, event.line(RuleCase.STRANGER, cpu, micros + INSIDE - APART, returns), micros + INSIDE - APART);
    l.expectAt(l.findOfTask(fault, ": handle_mm_fault_ret: "));
  }

  /** Whether a fault lasts long enough, and does not let its lock go. */
  private static boolean isLong(Lines l, int fault) {
    Lines.Event returned = l.event(l.findOfTask(fault, ": handle_mm_fault_ret: ", "ret=0x"));
    return returned.micros() - l.event(fault).micros() >= INSIDE && returned.value("ret").matches("0x[0-9a-f]{0,3}") && !returned.value("ret").equals("0x400");
  }

  private static void readsUnmapped(Lines l) {
    int gathered = l.findOfTask(l.find("sys_munmap("), ": vms_gather_munmap_vmas: ");
    int downgraded = l.findOfTask(gathered, "mmap_lock_acquire_returned", "write=false");
    int freed = l.findOfTask(downgraded, ": vm_area_free: ");
    Lines.Event event = l.event(freed);
    long micros = l.event(downgraded).micros() + 1;
    if (event.micros() < micros + 2) {
      throw new IllegalStateException("no time between downgrade and free");
    }
    RuleCases.lookUp(l, downgraded, event, event.value("vma"), event.value("start"), micros, micros + 1);
  }

  private static void handlesAnotherVma(Lines l) {
    int fault = l.find(FAULT, " flags=0x1255 ");
    int returned = l.findBefore(fault, ": lock_vma_under_rcu_ret: ");
    if (l.nextOfTask(returned) != fault) {
      throw new IllegalStateException("a look-up of another task");
    }
    l.set(returned, "vma", l.event(fault).value("vma").replaceFirst(".$", "3"));
    l.expectAt(fault);
  }

  private static void handlesRefused(Lines l) {
    int fault = l.find(FAULT, " flags=0x1255 ");
    int returned = l.findBefore(fault, ": lock_vma_under_rcu_ret: ");
    if (l.nextOfTask(returned) != fault) {
      throw new IllegalStateException("a look-up of another task");
    }
    l.set(returned, "vma", "0x0");
    l.expectAt(fault);
  }

  private static void looksUpInFault(Lines l) {
    int fault = l.find(FAULT, " flags=0x1255 ");
    int entered = l.findBefore(fault, ": lock_vma_under_rcu: ");
    int returned = l.findBefore(fault, ": lock_vma_under_rcu_ret: ");
    l.insert(fault + 1, l.event(fault).line(l.event(entered).text()));
    l.insert(fault + 2, l.event(fault).line(l.event(returned).text()));
    l.expectAt(fault + 2);
  }

  private static void looksUpAnotherInFault(Lines l) {
    looksUpInFault(l);
    int returned = l.expected() - 1;
    String another = l.event(l.find(FAULT, "flags=0x1255 ")).value("vma").replaceFirst(".$", "3");
    l.set(returned, "vma", another);
  }

  private static void returnsWithdrawn(Lines l) {
    int woke = l.find(": rcuwait_wake_up: ");
    while (!l.event(l.nextOfTask(woke)).text().startsWith("lock_vma_under_rcu_ret: ")) {
      woke = l.find(1, woke + 1, ": rcuwait_wake_up: ");
    }
    int returned = l.nextOfTask(woke);
    l.set(returned, "vma", l.event(l.find(1, 0, FAULT, "flags=0x1")).value("vma"));
  }

  private static void handlesAnother(Lines l) {
    handlesAgain(l, "0x400");
    l.set(l.find(2, 0, FAULT, " flags=0x1255 "), "address", l.event(l.find(FAULT, " flags=0x1255 ")).value("start"));
  }

  private static void exitsAfterDeath(Lines l) {
    int before = l.findBefore(l.findBefore(l.find(": exit_mmap: "), STARTED), "mmap_lock_start_locking");
    Lines.Event like = l.event(before);
    int cpu = 1 - like.cpu();
    String died = "sched_switch: prev_comm=workload prev_pid=%d prev_prio=120 prev_state=X ==> next_comm=swapper/1 next_pid=0 next_prio=120".formatted(RuleCase.STRANGER);
    String looksUp = "lock_vma_under_rcu: (lock_vma_under_rcu+0x4/0x360) " + l.event(l.find(": lock_vma_under_rcu: ")).text().replaceFirst(".*\\) ", "");
    l.insertByTime(before, like.line(RuleCase.STRANGER, cpu, like.micros(), looksUp), like.micros());
    l.insertByTime(before, like.line(RuleCase.STRANGER, cpu, like.micros(), died), like.micros());
    exitsWithReader(l);
  }

  private static void exitsWithReader(Lines l) {
    int exits = l.find(": exit_mmap: ");
    l.set(l.findBefore(exits, STARTED), "refcnt", "0x2");
    l.expectAt(exits);
  }
}
