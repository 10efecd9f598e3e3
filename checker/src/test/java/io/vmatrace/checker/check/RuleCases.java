package io.vmatrace.checker.check;

import io.vmatrace.checker.mm.FaultFlags;
import java.util.List;
import java.util.stream.Stream;

/** The violations: each says what was edited. A task that an edit brings in has the pid {@value RuleCase#STRANGER}. */
final class RuleCases {
  /** In microseconds: so long a fault lasts before and after what may not happen in it, that no clock of a CPU is ahead by that much. */
  private static final int AROUND = 80;
  private static final String CHURN = "clean-7.2.13-churn";
  private static final String REFCOUNT = "clean-6.18.15-churn";
  private static final String USERS = "clean-6.18.15-users-churn";
  private static final String RWSEM = "clean-6.12.94-churn";
  private static final String RACE = "clean-7.2-slow-reader-fault-race";
  private static final String FORK = "clean-7.2.13-fork-faults";
  private static final String START_WRITE = ": __vma_start_write: ";
  private static final String STARTED = ": __vma_start_write_ret: ";
  private static final String FAULT = ": handle_mm_fault: ";

  private RuleCases() {}

  static List<RuleCase> all() {
    return Stream.of(ofUsualProbes(), CallCases.all(), ProbeCases.all(), ReferenceCases.all(), SectionCases.all(), ValueCases.all()).flatMap(List::stream).toList();
  }

  private static List<RuleCase> ofUsualProbes() {
    return List.of(
        RuleCase.values("R01", CHURN, "a freed VMA's refcnt 0x0 becomes REFCOUNT_SATURATED", l -> l.set(l.find(": vm_area_free: "), "refcnt", "0xc0000000")),
        RuleCase.history("R02", CHURN, "a writer finds the exclude-readers flag set", l -> l.set(l.find(START_WRITE, "refcnt=0x1 "), "refcnt", "0x40000001")),
        RuleCase.values("R05", REFCOUNT, "a VMA to be detached has refcnt 0x0", l -> l.set(l.find(": vma_mark_detached: "), "refcnt", "0x0")),
        RuleCase.values("R06", REFCOUNT, "a detach ends with refcnt 0x1", l -> l.set(l.find(": vma_mark_detached_ret: "), "refcnt", "0x1")),
        RuleCase.values("R07", CHURN, "a fault under the VMA lock finds vm_refcnt 0x1", l -> l.set(l.find(FAULT, " flags=0x12"), "refcnt", "0x1")),
        RuleCase.values("R08", CHURN, "a fault under the mmap_lock finds the exclude-readers flag", l -> l.set(l.find(FAULT, " flags=0x215 ", "refcnt=0x1 "), "refcnt", "0x40000001")),
        RuleCase.history("R08", CHURN, "a fault under the VMA lock finds the exclude-readers flag, and there is no writer", RuleCases::flagLeftBehind),
        RuleCase.values("R09", CHURN, "vm_lock_seq is one section behind after the write lock", l -> l.set(l.find(STARTED, "mm_seq=31"), "lock_seq", "29")),
        RuleCase.values("R10", CHURN, "a write lock returns -EINTR, and its flag stays in vm_refcnt", RuleCases::killedWithFlag),
        RuleCase.values("R11", CHURN, "a VMA in a fault has an even vm_lock_seq", l -> l.set(l.find(FAULT, "lock_seq=7 ", " refcnt="), "lock_seq", "8")),
        RuleCase.history("R12", CHURN, "the writer reads an even mm_lock_seq", l -> l.set(l.find(START_WRITE, "mm_seq=31"), "mm_seq", "32")),
        RuleCase.history("R13", CHURN, "the writer reads the mm_lock_seq of the section before", RuleCases::sequenceStandsStill),
        RuleCase.history("R14", CHURN, "a detached VMA leaves the write lock with refcnt 0x1", l -> l.set(l.find(STARTED, "refcnt=0x0 "), "refcnt", "0x1")),
        RuleCase.history("R15", REFCOUNT, "another task looks up and gets a VMA after it was freed", RuleCases::readsFreed),
        RuleCase.history("R16", CHURN, "the VMA of a fault under the VMA lock points to another mm", l -> l.set(l.find(FAULT, " flags=0x12"), "mm", "0xff3358c340000000")),
        RuleCase.values("R17", CHURN, "the VMA of a fault under the VMA lock ends where it begins", RuleCases::emptyRange),
        RuleCase.values("R18", CHURN, "a fault under the VMA lock finds mm_lock_seq equal to vm_lock_seq", RuleCases::equalSequences),
        RuleCase.history("R18", CHURN, "another task looks up and gets a VMA while it is write-locked", RuleCases::readsWriteLocked),
        RuleCase.history("R21", CHURN, "the task sleeps between entry and return of a look-up", RuleCases::sleeps),
        RuleCase.values("R23", CHURN, "a look-up returns -EAGAIN", l -> l.set(l.find(": lock_vma_under_rcu_ret: "), "vma", "0xfffffffffffffff5")),
        RuleCase.history("R26", CHURN, "the mmap_lock is contended inside a fault under the VMA lock", RuleCases::blocks),
        RuleCase.history("R27", CHURN, "a write lock begins inside a fault under the VMA lock", RuleCases::writesInFault),
        RuleCase.values("R29", CHURN, "mm_lock_seq is even where a VMA is to be write-locked", l -> l.set(l.find(START_WRITE, "mm_seq=5"), "mm_seq", "6")),
        RuleCase.history("R29", CHURN, "a VMA is write-locked once more after the lock was released", RuleCases::writesUnlocked),
        RuleCase.history("R30", CHURN, "another task enters __vma_start_write() while one is in it", RuleCases::twoWriters),
        RuleCase.history("R31", CHURN, "a VMA is write-locked twice in one section", RuleCases::locksTwice),
        RuleCase.history("R31", "clean-6.12.117-calls", "mm_lock_seq advances inside of an mbind()", RuleCases::endsInMbind),
        RuleCase.history("R32", CHURN, "a VMA is write-locked while another task's fault holds it", RuleCases::writesUnderReader),
        RuleCase.suspicion("R33", CHURN, "the capture ends where a writer has gone to sleep though the reader has left", RuleCases::endsAsleep),
        RuleCase.suspicion("R34", CHURN, "the memory of an mm that has exited is freed, and then its waiter is woken", RuleCases::wakesFreedMm),
        RuleCase.history("R37", CHURN, "mprotect splits a VMA that has the vm_lock_seq of the section before", RuleCases::splitsUnlocked),
        RuleCase.values("R37", REFCOUNT, "a VMA is freed two sections after its write lock", RuleCases::freesUnlocked),
        RuleCase.history("R38", CHURN, "the write lock of a new VMA is taken out", RuleCases::storesUnlocked),
        RuleCase.history("R39", CHURN, "another task gets the mmap_lock for reading inside a write section", l -> overlaps(l, false)),
        RuleCase.history("R41", CHURN, "a task in a system call releases a write lock that it never took", RuleCases::releasesNothing),
        RuleCase.history("R41", CHURN, "a task in a system call releases a read lock that it never took", RuleCases::releasesReadNothing),
        RuleCase.history("R41", CHURN, "a task releases for reading what it holds for writing", RuleCases::releasesAsRead),
        RuleCase.history("R43", CHURN, "a VMA is write-locked after the downgrade", RuleCases::writesDowngraded),
        RuleCase.history("R43", CHURN, "a range is cleared after the downgrade", RuleCases::clearsDowngraded),
        RuleCase.history("R44", CHURN, "another task gets the mmap_lock for writing after a downgrade", l -> overlaps(l, true)),
        RuleCase.history("R46", CHURN, "the release before the end of a system call is taken out", RuleCases::returnsLocked),
        RuleCase.suspicion("R46", FORK, "the release of a task that exits is taken out", RuleCases::exitsLocked),
        RuleCase.history("R47", CHURN, "a VMA is stored once more after the lock was released", RuleCases::storesWithoutLock),
        RuleCase.suspicion("R47", FORK, "execve stores its stack once more after the lock was released", RuleCases::execStoresWithoutLock),
        RuleCase.history("R47", CHURN, "munmap clears its range once more after the lock was released", RuleCases::clearsWithoutLock),
        RuleCase.suspicion("R49", CHURN, "the VMA of a fault is a page longer than what was stored for it", RuleCases::longer),
        RuleCase.history("R51", CHURN, "a VMA of the tree has vm_refcnt 0x0 when it is to be write-locked", RuleCases::detachedInTree),
        RuleCase.history("R55", CHURN, "munmap frees its VMA without a downgrade, and clears the range after that", RuleCases::clearsAfterFree),
        RuleCase.history("R55", CHURN, "a VMA is stored that was freed", RuleCases::storesFreed),
        RuleCase.values("R59", CHURN, "a VMA is freed with refcnt 0x1", l -> l.set(l.find(": vm_area_free: "), "refcnt", "0x1")),
        RuleCase.history("R59", RWSEM, "a VMA that was in the tree is freed without its detached flag", RuleCases::freedUndetached),
        RuleCase.history("R60", CHURN, "a VMA is freed while another task's fault holds it", RuleCases::freedUnderReader),
        RuleCase.history("R60", "clean-6.16.12-churn", "a VMA is freed and another is made at its address while another task's fault holds it", RuleCases::remadeUnderReader),
        RuleCase.history("R60", RWSEM, "a VMA is freed while another task's fault holds it", l -> faultAround(l, l.find(": vm_area_free: "))),
        RuleCase.history("R60", RWSEM, "the memory of a VMA goes back while another task's fault holds it", RuleCases::calledBackUnderReader),
        RuleCase.history("R32", "clean-6.12.117-calls", "mprotect has a VMA write-locked while another task's fault holds it", RuleCases::changesUnderReader),
        RuleCase.history("R61", FORK, "fork's second copy of a VMA gets the address of its first", l -> allocatesAgain(l, ": dup_mmap: ", ": vm_area_dup_ret: ")),
        RuleCase.suspicion("R61", RWSEM, "the second split of an mprotect gets the address of its first", l -> allocatesAgain(l, "sys_mprotect(start: 7f0a41a32000", ": vm_area_dup_ret: ")),
        RuleCase.history("R61", REFCOUNT, "a VMA is freed once more", RuleCases::freesTwice),
        RuleCase.suspicion("R61", CHURN, "an mmap gets the address of the VMA that the mmap before it made", l -> allocatesAgain(l, "sys_mmap(", "vm_area_alloc_ret: (__mmap_region")),
        RuleCase.history("R66", REFCOUNT, "the detach of a gathered VMA is taken out", RuleCases::notDetached),
        RuleCase.history("R67", CHURN, "munmap clears its range while it gathers", RuleCases::clearsWhileGathering),
        RuleCase.history("R68", RACE, "another task looks up and finds a VMA in a gathered range", RuleCases::readsGathered),
        RuleCase.history("R72", FORK, "the write lock of a parent's VMA is taken out", RuleCases::copiesUnlocked),
        RuleCase.history("R73", FORK, "a write lock of a fork returns -EINTR, and the fork returns 0", RuleCases::copiesKilled),
        RuleCase.history("R73", FORK, "a write lock of a fork returns -EINTR, and the fork goes on to the next VMA", RuleCases::goesOnKilled),
        RuleCase.history("R74", CHURN, "another task gets a read lock in an mm that exits", RuleCases::readsExiting),
        RuleCase.history("R75", CHURN, "exit frees a VMA that has the vm_lock_seq of the section before", RuleCases::exitsUnlocked),
        RuleCase.history("R76", CHURN, "the stack grows under the mmap_lock held for reading", RuleCases::growsReading),
        RuleCase.history("R78", CHURN, "another task looks up and gets a VMA between vma_prepare and vma_complete", RuleCases::readsPrepared),
        RuleCase.values("R89", CHURN, "a fault under the VMA lock has RETRY_NOWAIT too", l -> l.set(l.find(FAULT, " flags=0x1255"), "flags", "0x125d")),
        RuleCase.values("R108", USERS, "the mm of a look-up has no users", l -> l.set(l.find(": lock_vma_under_rcu: ", "users=3"), "users", "0")));
  }

  private static void splitsUnlocked(Lines l) {
    int prepared = l.find(": vma_prepare: ", " insert=0xff", "refcnt=0x1 ");
    l.set(prepared, "lock_seq", Integer.toString(Integer.parseInt(l.event(prepared).value("lock_seq")) - 2));
  }

  private static void freesTwice(Lines l) {
    int freed = l.findOfTask(l.find("sys_munmap("), ": vm_area_free: ");
    l.insert(freed + 1, l.lines().get(freed));
    l.expectAt(freed + 1);
  }

  private static void freesUnlocked(Lines l) {
    int freed = l.findOfTask(l.find("sys_munmap("), ": vm_area_free: ");
    l.set(freed, "lock_seq", Integer.toString(Integer.parseInt(l.event(freed).value("mm_seq")) - 2));
  }

  private static void killedWithFlag(Lines l) {
    int locked = l.find(STARTED, "refcnt=0x1 ");
    l.set(locked, "ret", "-4");
    l.set(locked, "refcnt", "0x40000001");
  }

  private static void endsInMbind(Lines l) {
    int changed = l.find(": mbind_range_ret: ");
    l.set(changed, "mm_seq", Long.toString(Long.parseLong(l.event(changed).value("lock_seq")) + 1));
  }

  private static void endsAsleep(Lines l) {
    int waits = l.find(START_WRITE, "refcnt=0x2 ");
    int asleep = l.find(1, waits, "sched_switch", "prev_pid=" + l.event(waits).pid());
    l.lines().subList(asleep + 1, l.lines().size()).clear();
    l.expectAt(asleep);
  }

  private static void wakesFreedMm(Lines l) {
    int released = l.nextOfTask(l.find("exit_mmap: mt_mod"));
    Lines.Event event = l.event(released);
    long mm = Long.parseUnsignedLong(event.value("mm"), 16);
    l.insert(released + 1, event.line("kmem_cache_free: call_site=__mmdrop+0x8c/0x110 ptr=%x name=mm_struct".formatted(mm)));
    l.insert(released + 2, event.line("rcuwait_wake_up: (rcuwait_wake_up+0x4/0x40) w=0x%x".formatted(mm + 0x1c8)));
    l.expectAt(released + 2);
  }

  private static void detachedInTree(Lines l) {
    l.set(l.findOfTask(l.find("sys_munmap("), START_WRITE, "refcnt=0x1 "), "refcnt", "0x0");
  }

  private static void clearsAfterFree(Lines l) {
    int call = l.find("sys_munmap(");
    int gather = l.findOfTask(call, ": vms_gather_munmap_vmas: ");
    int downgraded = l.findOfTask(gather, "mmap_lock_acquire_returned", "write=false");
    int freed = l.findOfTask(gather, ": vm_area_free: ");
    String clear = clear(l.event(gather));
    String mmSeq = Integer.toString(Integer.parseInt(l.event(freed).value("mm_seq")) - 1);
    l.set(l.findOfTask(gather, ": remove_vma: "), "mm_seq", mmSeq);
    l.set(freed, "mm_seq", mmSeq);
    l.insert(freed + 1, l.event(freed).line(clear));
    l.set(l.findOfTask(downgraded, "mmap_lock_released"), "write", "true");
    l.remove(downgraded);
    l.expectAt(freed);
  }

  private static void clearsWhileGathering(Lines l) {
    int gather = l.findOfTask(l.find("sys_munmap("), ": vms_gather_munmap_vmas: ");
    l.insert(gather + 1, l.event(gather).line(clear(l.event(gather))));
    l.expectAt(l.find(1, gather, ": vms_gather_munmap_vmas_ret: "));
  }

  /** The store that clears the range of a munmap. */
  private static String clear(Lines.Event gather) {
    return "ma_write: mas_wr_node_store\tNode ff3358c342a1d50c (0 18446744073709551615) range:%d-%d piv (0) val 0000000000000000"
        .formatted(Long.decode(gather.value("start")), Long.decode(gather.value("end")) - 1);
  }

  private static void sequenceStandsStill(Lines l) {
    int write = l.find(60, 0, START_WRITE);
    l.set(write, "mm_seq", Integer.toString(Integer.parseInt(l.event(write).value("mm_seq")) - 2));
  }

  private static void readsFreed(Lines l) {
    int freed = l.findOfTask(l.find("sys_munmap("), ": vm_area_free: ");
    Lines.Event event = l.event(freed);
    int back = l.find(1, freed, ": vm_area_", "_ret: ", ") vma=" + event.value("vma") + " ");
    long micros = (event.micros() + l.event(back).micros()) / 2;
    lookUp(l, freed, event, event.value("vma"), "0x7f0000000000", micros, micros + 2);
  }

  private static void emptyRange(Lines l) {
    int fault = l.find(FAULT, " flags=0x12");
    l.set(fault, "end", l.event(fault).value("start"));
  }

  private static void equalSequences(Lines l) {
    int fault = l.find(FAULT, " flags=0x12");
    l.set(fault, "mm_seq", l.event(fault).value("lock_seq"));
  }

  private static void readsWriteLocked(Lines l) {
    int locked = l.findOfTask(l.find("sys_munmap("), STARTED, "refcnt=0x1 ");
    Lines.Event event = l.event(locked);
    lookUp(l, locked, event, event.value("vma"), event.value("start"), event.micros() + 1, event.micros() + 2);
  }

  /** Puts a look-up of the stranger in, on the other CPU: entry and return, where their times belong. */
  static void lookUp(Lines l, int from, Lines.Event like, String vma, String address, long entry, long ret) {
    String about = "mm=%s address=%s".formatted(like.value("mm"), address);
    int cpu = 1 - like.cpu();
    l.insertByTime(from, like.line(RuleCase.STRANGER, cpu, entry, "lock_vma_under_rcu: (lock_vma_under_rcu+0x4/0x360) " + about), entry);
    String returned = "lock_vma_under_rcu_ret: (do_user_addr_fault+0x24b/0x840 <- lock_vma_under_rcu) vma=%s %s".formatted(vma, about);
    l.expectAt(l.insertByTime(from, like.line(RuleCase.STRANGER, cpu, ret, returned), ret));
  }

  private static void sleeps(Lines l) {
    int entry = l.find(": lock_vma_under_rcu: ");
    Lines.Event event = l.event(entry);
    l.insert(
        entry + 1,
        event.line(
            "sched_switch: prev_comm=workload prev_pid=%d prev_prio=120 prev_state=D ==> next_comm=swapper/0 next_pid=0 next_prio=120"
                .formatted(event.pid())));
    l.expectAt(l.find(1, entry, ": lock_vma_under_rcu_ret: "));
  }

  private static void blocks(Lines l) {
    int fault = l.find(FAULT, " flags=0x12");
    while (asks(l, fault) > returns(l, fault)) {
      fault = l.find(1, fault + 1, FAULT, " flags=0x12");
    }
    int asks = asks(l, fault);
    long lock = Long.parseUnsignedLong(l.event(asks).value("mm"), 16) + 0x98; // where 6.12 to 7.2 have it, with the options of Debian
    l.insert(asks + 1, l.event(asks).line("contention_begin: %x (flags=READ)".formatted(lock)));
    l.expectAt(returns(l, fault));
  }

  /** Where the task of a fault asks for the mmap_lock next. */
  private static int asks(Lines l, int fault) {
    return l.findOfTask(fault, "mmap_lock_start_locking", "write=false");
  }

  private static int returns(Lines l, int fault) {
    return l.findOfTask(fault, ": handle_mm_fault_ret: ");
  }

  /** In a fault that keeps its read lock to the end: in one that lets go of it (RETRY, COMPLETED) nothing says when it did. */
  private static void writesInFault(Lines l) {
    int fault = l.find(FAULT, " flags=0x12");
    while (FaultFlags.isLetGo(Long.decode(l.event(returns(l, fault)).value("ret")))) {
      fault = l.find(1, fault + 1, FAULT, " flags=0x12");
    }
    String of = l.event(fault).text();
    l.insert(fault + 1, l.event(fault).line("__vma_start_write: (__vma_start_write+0x4/0xe0) " + of.substring(of.indexOf("vma="))));
    l.expectAt(returns(l, fault));
  }

  private static void writesUnlocked(Lines l) {
    int released = l.findOfTask(l.findAmongLocks("sys_mprotect("), "mmap_lock_released", "write=true");
    String text = l.event(l.find(1, released - 40, "__vma_start_write: (")).text().replaceAll(" mm_seq=\\d+", "");
    l.insert(released + 1, l.event(released).line(text));
    l.expectAt(released + 1);
  }

  private static void twoWriters(Lines l) {
    for (int i = l.find("sys_clone3("); ; i++) {
      int entry = l.find(1, i, START_WRITE);
      Lines.Event event = l.event(entry);
      int ret = l.nextOfTask(l.nextOfTask(entry));
      if (l.event(ret).micros() - event.micros() >= 4) {
        int other = l.insertByTime(entry, event.line(RuleCase.STRANGER, 1 - event.cpu(), event.micros() + 1, event.text()), event.micros() + 1);
        l.expectAt(l.find(1, other, STARTED, "-" + event.pid() + " "));
        return;
      }
      i = entry;
    }
  }

  private static void locksTwice(Lines l) {
    int entry = l.find(START_WRITE, "refcnt=0x1 ");
    int ret = l.find(1, entry, STARTED);
    l.insert(ret + 1, l.event(ret).line(l.event(entry).text()));
    l.expectAt(ret + 1);
  }

  private static void writesUnderReader(Lines l) {
    int locked = l.findOfTask(l.find("sys_munmap("), STARTED, "refcnt=0x1 ");
    faultAround(l, locked);
  }

  private static void changesUnderReader(Lines l) {
    int changed = l.find(": mprotect_fixup_ret: ");
    while (!l.event(changed).value("lock_seq").equals(l.event(changed).value("mm_seq"))) {
      changed = l.find(1, changed + 1, ": mprotect_fixup_ret: ");
    }
    faultAround(l, changed);
  }

  /** A fault that looked the VMA up after vm_area_free(), with its range and mm as that has them, and goes on until after the callback. */
  private static void calledBackUnderReader(Lines l) {
    int back = l.find(": vm_area_free_rcu_cb: ");
    Lines.Event freed = l.event(l.findBefore(back, ": vm_area_free: (vm_area_free+0x4/0x20) vma=" + l.event(back).value("vma")));
    String values = freed.text().substring(freed.text().indexOf(" mm="));
    String softirq = l.event(back).flags();
    l.lines().set(back, l.lines().get(back) + values.substring(0, values.indexOf(" lock_seq=")));
    faultAround(l, back);
    l.lines().replaceAll(line -> line.contains("-" + RuleCase.STRANGER) ? line.replace(softirq, freed.flags()) : line);
  }

  /** Of a VMA whose address is another one's so soon that tracing was not off in the fault. */
  private static void remadeUnderReader(Lines l) {
    int freed = l.find(": vm_area_free: ");
    while (remade(l, freed) < 0) {
      freed = l.find(1, freed + 1, ": vm_area_free: ");
    }
    faultAround(l, freed, l.event(remade(l, freed)).micros() + 1);
  }

  /** Where the address of a VMA that was freed is soon another one's; negative where it is not. */
  private static int remade(Lines l, int freed) {
    Lines.Event event = l.event(freed);
    for (int i = freed; i < l.lines().size() && l.event(i).micros() - event.micros() < AROUND; i++) {
      if (l.lines().get(i).contains("_ret: ") && l.lines().get(i).contains(": vm_area_") && l.lines().get(i).contains(") vma=" + event.value("vma") + " ")) {
        return i;
      }
    }
    return -1;
  }

  private static void exitsLocked(Lines l) {
    int died = l.find("prev_state=Z");
    int released = died;
    while (!l.lines().get(released).contains("-" + l.event(died).pid() + " ") || !l.lines().get(released).contains("mmap_lock_released")) {
      released--;
    }
    l.remove(released);
    l.expectAt(died - 1);
  }

  private static void faultAround(Lines l, int around) {
    faultAround(l, around, l.event(around).micros() + AROUND);
  }

  /** Puts a whole fault of the stranger under the VMA lock around an event about a VMA. */
  private static void faultAround(Lines l, int around, long after) {
    Lines.Event event = l.event(around);
    String vma = event.value("vma");
    String address = event.value("start");
    String mm = event.value("mm");
    int cpu = 1 - event.cpu();
    long before = event.micros() - AROUND;
    int from = around;
    while (l.event(from - 1).micros() > before) {
      from--;
    }
    String look = "mm=%s address=%s".formatted(mm, address);
    String returned = "lock_vma_under_rcu_ret: (do_user_addr_fault+0x24b/0x840 <- lock_vma_under_rcu) vma=%s %s".formatted(vma, look);
    String handled =
        "handle_mm_fault: (handle_mm_fault+0x4/0x2c0) address=%s flags=0x1255 vma=%s mm=%s start=%s end=%s"
            .formatted(address, vma, mm, address, event.value("end"));
    String done = "handle_mm_fault_ret: (do_user_addr_fault+0x2cd/0x840 <- handle_mm_fault) ret=0x0 vma=%s address=%s".formatted(vma, address);
    l.insertByTime(from, event.line(RuleCase.STRANGER, cpu, before, "lock_vma_under_rcu: (lock_vma_under_rcu+0x4/0x360) " + look), before);
    l.insertByTime(from, event.line(RuleCase.STRANGER, cpu, before + 1, returned), before + 1);
    l.insertByTime(from, event.line(RuleCase.STRANGER, cpu, event.micros() - 15, handled), event.micros() - 15);
    l.expectAt(l.insertByTime(from, event.line(RuleCase.STRANGER, cpu, after, done), after));
  }

  private static void storesUnlocked(Lines l) {
    int alloc = l.find(": vm_area_alloc_ret: (__mmap_region");
    int store = l.findOfTask(alloc, ": ma_write: ");
    for (int next = l.nextOfTask(alloc); next < store; next = l.nextOfTask(alloc)) {
      l.remove(next);
      store--;
    }
    l.expectAt(store);
  }

  private static void overlaps(Lines l, boolean downgraded) {
    int from = l.find("sys_munmap(");
    int acquired = l.findOfTask(from, "mmap_lock_acquire_returned", downgraded ? "write=false" : "write=true", "success=true");
    Lines.Event event = l.event(acquired);
    int released = l.find(1, acquired, "-" + event.pid() + " ", "mmap_lock_released");
    if (!downgraded) {
      released = l.find(1, acquired, "-" + event.pid() + " ", "mmap_lock_acquire_returned", "write=false");
      released = Math.min(released, l.find(1, acquired, "-" + event.pid() + " ", "mmap_lock_released"));
    }
    String text = event.text().replaceAll("write=\\w+", "write=" + downgraded);
    String release = text.replace("acquire_returned", "released").replace(" success=true", "");
    long end = l.event(released).micros() + 1;
    l.insertByTime(released, event.line(RuleCase.STRANGER, 1 - event.cpu(), end, release), end);
    l.insertByTime(acquired, event.line(RuleCase.STRANGER, 1 - event.cpu(), event.micros() + 2, text), event.micros() + 2);
    l.expectAt(released + 1);
  }

  private static void releasesNothing(Lines l) {
    int call = l.findAmongLocks("sys_mprotect(");
    String text = l.event(l.find("mmap_lock_released", "write=true")).text();
    l.insert(call + 1, l.event(call).line(text.replaceAll("mm=\\w+", "mm=" + l.event(l.nextOfTask(call)).value("mm"))));
    l.expectAt(call + 1);
  }

  private static void releasesReadNothing(Lines l) {
    releasesNothing(l);
    int released = l.expected() - 1;
    l.lines().set(released, l.lines().get(released).replace("write=true", "write=false"));
  }

  private static void releasesAsRead(Lines l) {
    l.set(l.findOfTask(l.findAmongLocks("sys_mprotect("), "mmap_lock_released", "write=true"), "write", "false");
  }

  private static void clearsDowngraded(Lines l) {
    int gather = l.findOfTask(l.find("sys_munmap("), ": vms_gather_munmap_vmas: ");
    int downgraded = l.findOfTask(gather, "mmap_lock_acquire_returned", "write=false");
    l.insert(downgraded + 1, l.event(downgraded).line(clear(l.event(gather))));
    l.expectAt(downgraded + 1);
  }

  private static void clearsWithoutLock(Lines l) {
    int gather = l.findOfTask(l.findAmongLocks("sys_munmap("), ": vms_gather_munmap_vmas: ");
    int released = l.find(1, gather, "-" + l.event(gather).pid() + " ", "mmap_lock_released");
    l.insert(released + 1, l.event(released).line(clear(l.event(gather))));
    l.expectAt(released + 1);
  }

  private static void storesFreed(Lines l) {
    int freed = l.findOfTask(l.find("sys_munmap("), ": vm_area_free: ");
    Lines.Event event = l.event(freed);
    String store = "ma_write: mas_store_prealloc\tNode ff3358c342a1d50c (0 18446744073709551615) range:%d-%d piv (0) val %s"
        .formatted(Long.decode(event.value("start")), Long.decode(event.value("end")) - 1, event.value("vma").substring(2));
    l.insert(freed + 1, event.line(store));
    l.expectAt(freed + 1);
  }

  private static void flagLeftBehind(Lines l) {
    int fault = l.find(FAULT, " flags=0x1255 ", "refcnt=0x2 ");
    while (Long.parseLong(l.event(fault).value("mm_seq")) % 2 != 0 || isWrittenIn(l, fault)) {
      fault = l.find(2, fault, FAULT, " flags=0x1255 ", "refcnt=0x2 ");
    }
    l.set(fault, "refcnt", "0x40000002");
    l.expectAt(returns(l, fault));
  }

  /** Whether a writer comes to the VMA of a fault before that returns. */
  private static boolean isWrittenIn(Lines l, int fault) {
    String vma = " vma=" + l.event(fault).value("vma") + " ";
    return l.lines().subList(fault, returns(l, fault)).stream().anyMatch(line -> line.contains(START_WRITE) && line.contains(vma));
  }

  private static void writesDowngraded(Lines l) {
    int call = l.find("sys_munmap(");
    int downgraded = l.findOfTask(call, "mmap_lock_acquire_returned", "write=false");
    String text = l.event(l.findOfTask(call, START_WRITE)).text();
    l.insert(downgraded + 1, l.event(downgraded).line(text));
    l.expectAt(downgraded + 1);
  }

  private static void returnsLocked(Lines l) {
    int call = l.findAmongLocks("sys_mprotect(");
    l.remove(l.findOfTask(call, "mmap_lock_released"));
    l.expectAt(l.findOfTask(call, "sys_mprotect -> "));
  }

  private static void execStoresWithoutLock(Lines l) {
    int call = l.find("sys_execve(");
    int stored = l.findOfTask(call, ": ma_write: mas_store_prealloc");
    int released = l.findOfTask(stored, "mmap_lock_released");
    l.insert(released + 1, l.event(released).line(l.event(stored).text()));
    l.expectAt(released + 1);
  }

  private static void storesWithoutLock(Lines l) {
    int call = l.findAmongLocks("sys_mmap(");
    String text = l.event(l.findOfTask(call, ": ma_write: mas_store_prealloc")).text();
    int done = l.findOfTask(call, "sys_mmap -> ");
    l.insert(done + 1, l.event(done).line(text));
    l.expectAt(done + 1);
  }

  private static void longer(Lines l) {
    int fault = l.find(FAULT, " flags=0x12");
    l.set(fault, "end", "0x%x".formatted(Long.decode(l.event(fault).value("end")) + 0x1000));
  }

  private static void freedUndetached(Lines l) {
    l.set(l.findOfTask(l.find("sys_munmap("), ": vm_area_free: ", "detached=1"), "detached", "0");
  }

  private static void freedUnderReader(Lines l) {
    faultAround(l, l.findOfTask(l.find("sys_munmap("), ": vm_area_free: "));
  }

  /** From a call on, the second allocation of a sort returns what the first one did. */
  private static void allocatesAgain(Lines l, String call, String allocation) {
    int first = l.find(1, l.find(call), allocation);
    l.set(l.find(1, first + 1, allocation), "vma", l.event(first).value("vma"));
  }

  private static void notDetached(Lines l) {
    int call = l.find("sys_munmap(");
    l.remove(l.findOfTask(call, ": vma_mark_detached: "));
    int detached = l.findOfTask(call, ": vma_mark_detached_ret: ");
    String vma = " vma=" + l.event(detached).value("vma");
    l.remove(detached);
    int freed = l.findOfTask(call, ": vm_area_free: ", vma);
    for (int i = detached; i <= freed; i++) {
      if (l.lines().get(i).contains(vma + " ") && l.lines().get(i).contains(" refcnt=0x0 ")) {
        l.set(i, "refcnt", "0x1");
      }
    }
    l.expectAt(l.findOfTask(call, ": vms_gather_munmap_vmas_ret: "));
  }

  private static void readsGathered(Lines l) {
    int gather = l.find(1, l.find("sys_clone3("), ": vms_gather_munmap_vmas: ");
    Lines.Event range = l.event(gather);
    int gathered = l.find(1, gather, ": vms_gather_munmap_vmas_ret: ");
    Lines.Event like = l.event(l.find(1, gather, STARTED));
    Lines.Event done = l.event(gathered);
    lookUp(l, gathered, like, range.value("vma"), range.value("start"), done.micros() + 2, done.micros() + 5);
  }

  private static void copiesUnlocked(Lines l) {
    int copy = l.find(2, l.find(": dup_mmap: "), ": vm_area_dup_ret: ");
    String original = "vma=" + l.event(copy).value("orig");
    if (l.lines().get(copy).contains(" orig_lock_seq=")) {
      ProbeCases.oneSectionBefore(l, copy, "orig_lock_seq", "orig_mm_seq");
    }
    int removed = 0;
    for (int i = copy - 1; !l.lines().get(i).contains(": dup_mmap: "); i--) {
      if (l.lines().get(i).contains(original) && l.lines().get(i).contains("__vma_start_write: ")) {
        l.leaveUnlocked(i);
        removed++;
      } else if (l.lines().get(i).contains(original) && l.lines().get(i).contains("__vma_start_")) {
        l.remove(i);
        removed++;
      }
    }
    l.expectAt(copy - removed);
  }

  private static void copiesKilled(Lines l) {
    int copies = l.find(": dup_mmap: ");
    l.set(l.find(1, copies, STARTED, "ret=0 "), "ret", "-4");
    l.expectAt(l.find(1, copies, ": dup_mmap_ret: "));
  }

  private static void goesOnKilled(Lines l) {
    int copies = l.find(": dup_mmap: ");
    int killed = l.find(1, copies, STARTED, "ret=0 ");
    l.set(killed, "ret", "-4");
    l.expectAt(l.findOfTask(killed, START_WRITE, "mm=" + l.event(killed).value("mm")));
  }

  private static void exitsUnlocked(Lines l) {
    int exit = l.find("exit_mmap: mt_mod");
    int freed = l.findBefore(exit, ": vm_area_free: ");
    l.set(freed, "lock_seq", Integer.toString(Integer.parseInt(l.event(freed).value("mm_seq")) - 2));
    l.expectAt(exit);
  }

  private static void readsExiting(Lines l) {
    int last = l.findOfTask(l.find("sys_exit_group("), ": free_pgtables: ");
    Lines.Event like = l.event(l.find(1, last, STARTED));
    int exits = l.find(1, last, ": exit_mmap: ");
    lookUp(l, last, like, like.value("vma"), like.value("start"), like.micros() + 2, like.micros() + 4);
    l.expectAt(exits + 2);
  }

  private static void growsReading(Lines l) {
    String text = l.event(l.find(": expand_downwards: ")).text();
    int reading = l.findOfTask(l.find("sys_madvise("), "mmap_lock_acquire_returned", "write=false", "success=true");
    l.insert(reading + 1, l.event(reading).line(text));
    l.expectAt(reading + 1);
  }

  private static void readsPrepared(Lines l) {
    for (int i = l.find("sys_munmap("); ; i++) {
      int prepared = l.find(1, i, ": vma_prepare: ");
      Lines.Event event = l.event(prepared);
      int completed = l.find(1, prepared, ": vma_complete: ");
      if (l.event(completed).micros() - event.micros() >= 4) {
        Lines.Event like = l.event(l.find(1, prepared - 30, STARTED));
        lookUp(l, prepared, like, event.value("vma"), event.value("start"), event.micros() + 1, event.micros() + 3);
        return;
      }
      i = prepared;
    }
  }
}
