package io.vmatrace.checker.catalogue;

import static io.vmatrace.checker.catalogue.ReportSign.*;
import static io.vmatrace.parser.event.Generation.MMAP_LOCK;
import static io.vmatrace.parser.event.Generation.RWSEM;

import io.vmatrace.parser.event.ConsoleReport;
import io.vmatrace.parser.event.ConsoleReport.Kind;
import io.vmatrace.parser.event.Generation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel itself says when the protocol is broken: how such a report is recognised, what it means in the protocol's terms, and
 * where in the kernel it comes from. The first that matches counts. B-numbers are those of docs/PROTOCOL.md, Known bugs.
 */
public enum KernelMessage {
  REFCNT_SATURATED(
      titled("refcount_t: saturated").and(under(KernelFunctions.EXCLUDERS)),
      "vm_refcnt overflowed while a writer excluded readers: an earlier writer left the exclude-readers flag behind"
          + " (known bug B17: a killed fork), or references to the VMA leak. From now on all its readers are refused, and no detach of it ends",
      List.of("R02", "R01"),
      "lib/refcount.c refcount_warn_saturate() under mm/mmap_lock.c __vma_enter_locked() (6.15), __vma_start_exclude_readers() (7.0)"),
  REFCNT_UNDERFLOW(
      titled("refcount_t: underflow", "refcount_t: decrement hit 0").and(under(KernelFunctions.PUTTERS)),
      "vm_refcnt fell below zero: a reader dropped its lock twice, or a VMA was detached twice",
      List.of("R01", "R05"),
      "lib/refcount.c refcount_warn_saturate() under include/linux/mmap_lock.h vma_refcount_put() (6.15)"),
  FREED_ATTACHED(
      asserted("include/linux/mmap_lock.h", "include/linux/mm.h").and(under("vm_area_free")),
      "an attached VMA was freed: readers may still find it or hold it",
      List.of("R59", "R60"),
      "mm/vma_init.c vm_area_free(): vma_assert_detached() (6.16); kernel/fork.c (6.15)"),
  FREED_LOCKED(
      asserted("kernel/fork.c").and(under("vm_area_free_rcu_cb")),
      "a VMA was freed while somebody held its lock",
      List.of("R60"),
      "kernel/fork.c vm_area_free_rcu_cb(): VM_BUG_ON_VMA(rwsem_is_locked(&vma->vm_lock->lock)) (6.4 to 6.14)"),
  LOOKED_UP_UNLOCKED(
      asserted("include/linux/mmap_lock.h", "include/linux/rwsem.h").and(in(KernelFunctions.LOOK_UPS)),
      "VMAs were looked up without the mmap_lock: the caller did not take it, or took another mm's",
      List.of(),
      "include/linux/mmap_lock.h mmap_assert_locked() under mm/mmap.c find_vma() (5.15); its check is in include/linux/rwsem.h rwsem_assert_held() since 6.10"),
  WRITE_LOCKED_UNLOCKED(
      asserted("include/linux/mmap_lock.h", "include/linux/rwsem.h").and(by("__is_vma_write_locked").or(in(KernelFunctions.WRITE_LOCKERS))),
      "a VMA was write-locked, or its flags were changed, without the mmap_lock held for writing",
      List.of("R29"),
      "include/linux/mmap_lock.h mmap_assert_write_locked() under vma_start_write(), which vm_flags_set() calls (6.4); its check is in"
          + " include/linux/rwsem.h rwsem_assert_held_write() since 6.10"),
  MMAP_LOCK_NOT_HELD(
      asserted("include/linux/mmap_lock.h").and(ofDesign(Set.of(MMAP_LOCK, RWSEM)).or(dumped("mm")).or(by("mmap_assert_")).or(titled("->mmap_lock)")))
          .or(asserted("include/linux/rwsem.h").and(by("mmap_assert_").or(under(KernelFunctions.UNDER_MMAP_LOCK)))),
      "the VMAs or the page tables of an mm were used without its mmap_lock, or changed without holding it for writing",
      List.of(),
      "include/linux/mmap_lock.h mmap_assert_locked(), mmap_assert_write_locked(); their check is in include/linux/rwsem.h since 6.10"),
  NOT_LOCKED(
      asserted("include/linux/mm.h", "include/linux/mmap_lock.h").and(by("vma_assert_locked", "vma_assert_stabilised")),
      "a VMA was used under no lock that keeps it as it is: neither its own nor the mmap_lock",
      List.of(),
      "include/linux/mm.h vma_assert_locked() (to 6.14), include/linux/mmap_lock.h (6.15), vma_assert_stabilised() (7.0)"),
  NOT_WRITE_LOCKED(
      asserted("include/linux/mm.h").and(ofDesign(Set.of(MMAP_LOCK)).not()).and(dumped("vma").or(by("vma_assert_", "__is_vma_write_locked")).or(in(KernelFunctions.CHANGERS)))
          .or(asserted("include/linux/mmap_lock.h").and(dumped("vma").or(by("vma_assert_write_locked")))),
      "a VMA was changed without its write lock",
      List.of("R29"),
      "include/linux/mm.h vma_assert_write_locked() (6.4 to 6.14), include/linux/mmap_lock.h (6.15)"),
  LOCK_ASSERTION(
      asserted("include/linux/mmap_lock.h"),
      "an assertion on the VMA lock failed: a VMA was changed without its write lock, attached twice, or detached twice",
      List.of("R29", "R38", "R05"),
      "include/linux/mmap_lock.h vma_assert_write_locked(), vma_assert_locked(), vma_assert_attached(), vma_assert_detached() (6.15)"),
  DETACH_AND_READERS(
      asserted("mm/mmap_lock.c").and(ofDesign(Set.of(MMAP_LOCK, RWSEM)).not()),
      "a VMA was detached where it had to stay attached, or a detach ended with references left",
      List.of("R06", "R14", "R60"),
      "mm/mmap_lock.c __vma_start_write(), vma_mark_detached() (6.15), __vma_exclude_readers_for_detach() (7.0): WARN_ON_ONCE(detached)"),
  USE_AFTER_FREE_IN_WAKE_UP(
      titled("use-after-free").and(in("rcuwait_wake_up")).and(underAny("futex", "kvm_", "percpu_", "__percpu_").not()),
      "a reader that left woke the writer of an mm that is gone (known bug B14, fixed in 6.16.1 and 6.17)",
      List.of("R34", "R16"),
      "include/linux/mmap_lock.h vma_refcount_put() (6.15): rcuwait_wake_up(&mm->vma_writer_wait)"),
  MM_FREED_UNDER_READER(
      titled("use-after-free").and(dumped("mm_struct")).and(under(KernelFunctions.VMA_LOOK_UPS).or(under(KernelFunctions.WAKERS))),
      "a reader used an mm that was freed: that of a VMA which was reused meanwhile (known bug B14, fixed in 6.16.1 and 6.17), or one that nobody kept for it",
      List.of("R34", "R65", "R16"),
      "mm/kasan/report.c print_error_description() or mm/kfence/report.c kfence_report_error() under include/linux/mmap_lock.h vma_start_read(),"
          + " vma_refcount_put() (6.15): vma->vm_mm"),
  USE_AFTER_FREE_IN_LOOK_UP(
      titled("use-after-free", "address 0x6b6b6b6b", "address 6b6b6b6b", "address 006b6b6b6b").and(under(KernelFunctions.VMA_LOOK_UPS)),
      "a look-up used a VMA or a node of the tree that was freed (known bugs B03, B09, B16)",
      List.of("R15", "R60", "R76"),
      "mm/kasan/report.c print_error_description() or mm/kfence/report.c kfence_report_error() under mm/mmap_lock.c lock_vma_under_rcu(), lock_next_vma()"),
  USE_AFTER_FREE_BY_READER(
      titled("use-after-free", "address 0x6b6b6b6b", "address 6b6b6b6b", "address 006b6b6b6b").and(in("vma_end_read", "vma_refcount_put")),
      "a reader dropped the lock of a VMA that was freed meanwhile",
      List.of("R60", "R01"),
      "mm/kasan/report.c print_error_description() or mm/kfence/report.c kfence_report_error() under include/linux/mmap_lock.h vma_end_read(), vma_refcount_put() (6.15)"),
  NULL_IN_LOOK_UP_BEFORE(
      titled("null-ptr-deref", "NULL pointer dereference", "address 0xdffffc000000").and(ofDesign(Set.of(RWSEM))).and(under(KernelFunctions.VMA_LOOK_UPS)),
      "the look-up of a VMA met a null pointer, in the VMA, its vm_lock or a node of the tree: one that was freed, or not yet whole",
      List.of(),
      "mm/memory.c lock_vma_under_rcu(), include/linux/mm.h vma_start_read(): vma->vm_lock (6.4 to 6.14)"),
  NULL_IN_LOOK_UP(
      titled("null-ptr-deref", "NULL pointer dereference", "address 0xdffffc000000").or(atErrorCode()).and(under(KernelFunctions.VMA_LOOK_UPS).or(under(KernelFunctions.WAKERS))),
      "the look-up of a VMA used a null pointer or an error code as if it were a VMA: an answer such as -EAGAIN, for a detached VMA, was taken for one",
      List.of("R23"),
      "mm/mmap_lock.c lock_vma_under_rcu(), include/linux/mmap_lock.h vma_start_read(), vma_refcount_put() (6.15): the result of vma_start_read()"),
  WRITTEN_AFTER_FREE(
      titled("BUG vm_area_struct").and(says("Poison overwritten").or(says("use-after-free")).or(dumped("poison"))),
      "a VMA was written after it was freed",
      List.of("R60", "R55"),
      "mm/slub.c check_bytes_and_report(): poison of the cache vm_area_struct"),
  FREED_TWICE(
      titled("BUG vm_area_struct", "double-free").and(says("already free").or(titled("double-free").and(underAny("vm_area_free", "remove_vma", "exit_mmap")))),
      "a VMA was freed twice",
      List.of("R59"),
      "mm/slub.c free_consistency_checks(), mm/kasan/report.c: the cache vm_area_struct"),
  PAGE_OUTSIDE_VMA(
      titled("kernel BUG at mm/rmap.c:").and(under("folio_add_new_anon_rmap")),
      "a fault put a page at an address that its VMA no longer covers: the VMA was changed while the fault held its lock",
      List.of("R32", "R18", "R78"),
      "mm/rmap.c folio_add_new_anon_rmap(): VM_BUG_ON_VMA(address < vma->vm_start || ... > vma->vm_end) (6.5)"),
  LOCK_ORDER(
      titled("possible recursive locking", "possible circular locking", "possible deadlock").and(about("vm_lock")),
      "the VMA lock was taken in an order that can deadlock (known bugs B02, B18, B21, B23; B22 was a false alarm of lockdep)",
      List.of("R26", "R27"),
      "kernel/locking/lockdep.c; the class vm_lock is made in include/linux/mm.h vma_lock_init() (6.15), before that it is &vma->vm_lock->lock"),
  MMAP_LOCK_TWICE(
      titled("possible recursive locking").and(about("mmap_lock")),
      "a task takes an mmap_lock while it holds one: its own, for which it waits for ever, or one of another mm",
      List.of("R40", "R45"),
      "kernel/locking/lockdep.c print_deadlock_bug(); class mmap_lock"),
  MMAP_LOCK_ORDER(
      titled("possible circular locking", "possible deadlock").and(about("mmap_lock")),
      "the mmap_lock and other locks are taken in orders that can deadlock",
      List.of(),
      "kernel/locking/lockdep.c print_circular_bug(); the class mmap_lock is made in kernel/fork.c mmap_init_lock()"),
  NOT_HELD(
      titled("bad unlock balance").and(about("vm_lock")),
      "a VMA read lock was dropped that was not held",
      List.of("R01"),
      "kernel/locking/lockdep.c print_unlock_imbalance_bug(); class vm_lock"),
  MMAP_LOCK_NOT_HELD_TO_RELEASE(
      titled("bad unlock balance").and(about("mmap_lock")),
      "the mmap_lock was released by a task that did not hold it",
      List.of("R41"),
      "kernel/locking/lockdep.c print_unlock_imbalance_bug(); class mmap_lock"),
  HELD_IN_USER_MODE(
      titled("lock held when returning to user space", "still has locks held").and(about("mmap_lock").or(about("vm_lock"))),
      "a task went on to user mode, or ended, with the mmap_lock or a VMA lock held: nobody will release it",
      List.of("R46"),
      "kernel/locking/lockdep.c lockdep_sys_exit(), print_held_locks_bug()"),
  WRONG_CONTEXT(
      titled("Invalid wait context").and(about("mmap_lock").or(about("vm_lock")))
          .or(titled("sleeping function called from invalid context").and(by("mmap_read_lock", "mmap_write_lock").or(under(KernelFunctions.SLEEPERS)))),
      "the mmap_lock or a VMA's write lock was taken where one must not sleep",
      List.of(),
      "kernel/locking/lockdep.c print_lock_invalid_wait_context(), kernel/sched/core.c __might_resched()"),
  READ_UNPROTECTED(
      titled("suspicious RCU usage").and(says("lib/maple_tree.c:").or(says("include/linux/maple_tree.h:"))).and(underAny("regcache", "regmap").not()),
      "a maple tree, probably that of the VMAs, was read under neither RCU nor its lock, the mmap_lock",
      List.of(),
      "lib/maple_tree.c mas_root(), mas_slot(): rcu_dereference_check(), mt_locked()"),
  WRITER_WAITS_FOR_READERS(
      titled("INFO: task ").and(ofDesign(Set.of(RWSEM))).and(by("down_write", "rwsem_down_write", "rwbase_write_lock")).and(in(KernelFunctions.LOCKERS_OF_VMAS)),
      "a writer waits for the readers of a VMA: one of them does not release its lock, as it would when it waited for the mmap_lock itself",
      List.of("R26"),
      "kernel/hung_task.c check_hung_task(); waits in include/linux/mm.h vma_start_write(): down_write(&vma->vm_lock->lock) (6.4 to 6.14)"),
  WRITER_WAITS_FOR_EVER(
      titled("INFO: task ").and(under(KernelFunctions.EXCLUDERS)).and(ofDesign(Set.of(MMAP_LOCK, RWSEM)).not()),
      "a writer waits for the readers of a VMA: one sleeps with its read lock held (known bugs B02, B18), the last one did not wake"
          + " the writer, or a reference has leaked (B17)",
      List.of("R26", "R02", "R30"),
      "kernel/hung_task.c check_hung_task(); waits in mm/mmap_lock.c __vma_enter_locked() (6.15), __vma_start_exclude_readers() (7.0)"),
  HOLDER_WAITS_FOR_READERS(
      titled("INFO: task ").and(ownerIn(KernelFunctions.EXCLUDERS)).and(ofDesign(Set.of(MMAP_LOCK, RWSEM)).not()),
      "a task waits for the mmap_lock, whose holder waits for the readers of a VMA in turn: one sleeps with its read lock held (known bugs B02, B18),"
          + " the last one did not wake the holder, or a reference has leaked (B17)",
      List.of("R26", "R02", "R30"),
      "kernel/hung_task.c debug_show_blocker() (6.16): the holder's trace, under mm/mmap_lock.c __vma_enter_locked() (6.15), __vma_start_exclude_readers() (7.0)"),
  FAULT_WAITS_FOR_EVER(
      titled("INFO: task ").and(in("lock_mm_and_find_vma").or(by("down_read", "rwsem_down_read", "mmap_read_lock", "rwbase_read_lock").and(in(KernelFunctions.FAULTS)))),
      "a page fault waits for the mmap_lock, whose holder does not release it",
      List.of("R26", "R39"),
      "kernel/hung_task.c check_hung_task(); waits in mm/mmap_lock.c lock_mm_and_find_vma() (6.5), before that in do_user_addr_fault() and its like"),
  MMAP_WRITER_WAITS_FOR_EVER(
      titled("INFO: task ").and(by("mmap_write_lock").or(by("down_write", "rwsem_down_write", "rwbase_write_lock").and(in(KernelFunctions.MMAP_WRITERS)))),
      "a task waits to take the mmap_lock for writing, whose holder does not release it",
      List.of("R26", "R39"),
      "kernel/hung_task.c check_hung_task(); waits in include/linux/mmap_lock.h mmap_write_lock(), mmap_write_lock_killable()"),
  MMAP_READER_WAITS_FOR_EVER(
      titled("INFO: task ").and(by("mmap_read_lock").or(by("down_read", "rwsem_down_read", "rwbase_read_lock").and(in(KernelFunctions.MMAP_READERS)))),
      "a task waits to take the mmap_lock for reading, whose holder does not release it",
      List.of("R26", "R39"),
      "kernel/hung_task.c check_hung_task(); waits in include/linux/mmap_lock.h mmap_read_lock(), mmap_read_lock_killable()"),
  FAULT_FLAGS(
      titled("WARNING: ").and(asserted("mm/memory.c")).and(under("sanitize_fault_flags")),
      "a fault under the VMA lock has a flag that excludes it",
      List.of("R89"),
      "mm/memory.c sanitize_fault_flags(): WARN_ON_ONCE() on FAULT_FLAG_VMA_LOCK with FAULT_FLAG_RETRY_NOWAIT (6.6)"),
  TREE_CORRUPT(
      asserted("lib/maple_tree.c").and(underAny("regcache", "regmap", "simple_offset").not())
          .or(asserted("mm/mmap.c", "mm/vma.c").and(in("validate_mm", "exit_mmap"))),
      "the VMA tree fails its own checks: it was changed without the mmap_lock, or by known bug B24",
      List.of("R47", "R49", "R76"),
      "lib/maple_tree.c MT_BUG_ON(), MAS_WARN_ON(); mm/vma.c validate_mm(), mm/mmap.c exit_mmap(): BUG_ON(count != mm->map_count)");

  /** Rules about vm_refcnt and what came with it, in 6.15 (docs/PROTOCOL.md, Rules). */
  private static final Set<String> OF_THE_COUNT = Set.of("R01", "R02", "R05", "R06", "R14", "R23", "R30", "R34");

  private final ReportSign sign;
  private final String meaning;
  private final List<String> rules;
  private final String source;

  KernelMessage(ReportSign sign, String meaning, List<String> rules, String source) {
    this.sign = sign;
    this.meaning = meaning;
    this.rules = rules;
    this.source = source;
  }

  /**
   * What a report means, if it is about this protocol.
   *
   * @param design that of the kernel that printed it, as far as it is known
   */
  public static Optional<KernelMessage> of(ConsoleReport report, @Nullable Generation design) {
    return report.kind() == Kind.STALL ? Optional.empty() : Arrays.stream(values()).filter(message -> message.isOf(design) && message.sign.matches(report, design)).findFirst();
  }

  /** Whether a kernel of a design can mean that: one of the rules is about it, where there are any. */
  private boolean isOf(@Nullable Generation design) {
    return rules.isEmpty() || !rules(design).isEmpty();
  }

  /** Those of {@link #rules()} that are about kernels of a design; all where that is not known. */
  public List<String> rules(@Nullable Generation design) {
    return design == null || Generation.REFCNTS.contains(design) ? rules : rules.stream().filter(rule -> !OF_THE_COUNT.contains(rule)).toList();
  }

  /** What it means, for a person; one sentence without its full stop. */
  public String meaning() {
    return meaning;
  }

  /** The rules that a capture of the same trouble would show broken, the likeliest first; none where no rule of the catalogue is about it. */
  public List<String> rules() {
    return rules;
  }

  /** File, function and version that the message comes from. */
  public String source() {
    return source;
  }
}
