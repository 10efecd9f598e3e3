package io.vmatrace.checker.catalogue;

import static io.vmatrace.checker.catalogue.UncheckedRule.Reason.COVERED;
import static io.vmatrace.checker.catalogue.UncheckedRule.Reason.INVISIBLE;
import static io.vmatrace.checker.catalogue.UncheckedRule.Reason.NO_CHECK;

import java.util.List;
import java.util.Optional;

/** The rules of docs/PROTOCOL.md that are put to no capture, in the order of their numbers. With {@link Rules} they are all of them. */
public final class UncheckedRules {
  private static final String EXPLORED = "a model of it, with every order of its steps explored";
  private static final String LOCKDEP = "the events lock:lock_acquire and lock:lock_release of a kernel with lockdep";

  private static final List<UncheckedRule> ALL =
      List.of(
          new UncheckedRule("R24", INVISIBLE, "repeated -EAGAIN is bounded by the rate of detaches",
              "no event tells how often a look-up tries again, and its duration has interrupts and the time of a hypervisor in it: 7 ms in a clean capture",
              "the function tracer on mas_walk() inside of lock_vma_under_rcu()"),
          new UncheckedRule("R36", COVERED, "after -EINTR the caller neither changes the VMA nor keeps the mmap_lock",
              "fork is the only caller whose write lock can be killed, to 7.3.4 (mm/mmap.c dup_mmap()), and R72 and R73 judge it",
              "R72, R73"),
          new UncheckedRule("R52", NO_CHECK, "attach and store may come in either order: nothing to report",
              "a new VMA is attached before it is stored, brk and fork store first: nothing to report",
              ""),
          new UncheckedRule("R56", COVERED, "a fork's child holds the parent's VMAs only until its section ends",
              "R16 compares the mm of each VMA that a look-up returns",
              "R16"),
          new UncheckedRule("R63", NO_CHECK, "a VMA is its address and its incarnation: states do not outlive a free",
              "vmatrace keeps to it: what it knows of a VMA ends with its free",
              ""),
          new UncheckedRule("R70", INVISIBLE, "where MAP_FIXED replaces a mapping, another thread sees the old or the new one, never a hole",
              "the cause of a SIGSEGV is not in the trace",
              "signal:signal_generate with sig=11 inside the range raises a suspicion only"),
          new UncheckedRule("R81", INVISIBLE, "khugepaged write-locks the VMA before it looks at the PMD again",
              "only collapse_huge_page() can be probed; what it calls to look again is inlined, or refused as a probe",
              EXPLORED),
          new UncheckedRule("R87", INVISIBLE, "moving upper page-table levels and collapsing a PMD also take the rmap locks",
              "no event tells of the rmap locks, unless they are contended",
              LOCKDEP),
          new UncheckedRule("R90", COVERED, "under the VMA lock the mmap_lock is only tried, and only for anon_vma (from 6.10)",
              "R26 judges the wait; a trylock that succeeds and a lock without contention log the same two events",
              "R26"),
          new UncheckedRule("R92", INVISIBLE, "a VMA without map_pages returns RETRY under the VMA lock",
              "it does so where its page is not there yet, and no event tells that; hugetlbfs, which has none either, is served under the VMA lock",
              "the function tracer on the fault() of its vm_ops inside of handle_mm_fault()"),
          new UncheckedRule("R98", INVISIBLE, "UFFDIO_MOVE drops its read locks before it waits for the mmap_lock",
              "vma_end_read() is inline, so no event tells when a read lock is dropped",
              LOCKDEP),
          new UncheckedRule("R100", NO_CHECK, "zapping under a read lock is legal; page tables freed there (6.14 on) are freed by RCU and exclude collapse (R81)",
              "it says what is legal: a fact for models of the protocol",
              ""),
          new UncheckedRule("R101", INVISIBLE, "the lock order under Fields",
              "events of contention show only the locks that somebody waited for",
              LOCKDEP),
          new UncheckedRule("R102", INVISIBLE, "no blocking mmap_lock after a VMA read lock, outside faults too",
              "R26 judges faults; of look-ups outside faults the end is not seen",
              LOCKDEP),
          new UncheckedRule("R104", INVISIBLE, "the walk and the read lock of its result are one RCU section; a new walk starts anew",
              "no event tells where an RCU section begins and ends",
              EXPLORED),
          new UncheckedRule("R105", INVISIBLE, "a failed vma_start_read() has left RCU, and its caller does not leave it again",
              "no event tells where an RCU section begins and ends",
              "the kernel's log: \"Voluntary context switch within RCU read-side critical section\""),
          new UncheckedRule("R107", INVISIBLE, "speculation begins at an even number and counts only if the number is the same at its end",
              "mmap_lock_speculate_try_begin() and mmap_lock_speculate_retry() are inline",
              EXPLORED),
          new UncheckedRule("R109", NO_CHECK, "where events were lost nothing follows from an absence",
              "vmatrace keeps to it: a loss makes all that it may have touched unknown",
              ""),
          new UncheckedRule("R110", NO_CHECK, "what was there before the capture is unknown until an event shows its state",
              "vmatrace keeps to it: everything begins unknown",
              ""),
          new UncheckedRule("R111", NO_CHECK, "hashed pointers identify within one boot and cannot be computed with",
              "vmatrace keeps to it: hashed pointers are compared, and never joined with raw ones",
              ""),
          new UncheckedRule("R112", NO_CHECK, "an event class switched on in the middle of a section gives a release without its acquisition",
              "vmatrace keeps to it: no finding rests on a hold that was not seen to begin",
              ""),
          new UncheckedRule("R113", NO_CHECK, "a return probe may miss returns without any mark: an entry without its return is no hang, and proves no duration",
              "vmatrace keeps to it: an entry whose return is not there leaves what it began unknown",
              ""),
          new UncheckedRule("R114", NO_CHECK, "events of interrupts stand between those of the task they interrupt, under its pid",
              "vmatrace keeps to it: events of an interrupt are not those of the task",
              ""),
          new UncheckedRule("R115", NO_CHECK, "a task changes CPUs between any two events, and pids are used again",
              "vmatrace keeps to it: tasks are told by their pids, whatever the CPU, until they end",
              ""),
          new UncheckedRule("R116", NO_CHECK, "kernel threads act on mms that are not theirs (kthread_use_mm(), io_uring)",
              "vmatrace keeps to it: a task's mm is what its own events prove",
              ""));

  private UncheckedRules() {}

  /** All of them. */
  public static List<UncheckedRule> all() {
    return ALL;
  }

  /** The one with an id, in any case. */
  public static Optional<UncheckedRule> find(String id) {
    return ALL.stream().filter(rule -> rule.id().equalsIgnoreCase(id)).findFirst();
  }
}
