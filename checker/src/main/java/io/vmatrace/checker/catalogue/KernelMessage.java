package io.vmatrace.checker.catalogue;

import io.vmatrace.parser.event.ConsoleReport;
import io.vmatrace.parser.event.ConsoleReport.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the kernel itself says when the protocol is broken: how such a report is recognised, what it means in the protocol's terms, and
 * where in the kernel it comes from. The first that matches counts. B-numbers are those of docs/PROTOCOL.md, Known bugs.
 */
public enum KernelMessage {
  REFCNT_SATURATED(
      List.of("refcount_t: saturated"),
      List.of("__vma_enter_locked", "__vma_start_exclude_readers", "__vma_start_write", "vma_mark_detached", "__vma_exclude_readers_for_detach"),
      "",
      "vm_refcnt overflowed while a writer excluded readers: an earlier writer left the exclude-readers flag behind"
          + " (known bug B17: a killed fork), or references to the VMA leak. From now on all its readers are refused, and no detach of it ends",
      List.of("R02", "R01"),
      "lib/refcount.c refcount_warn_saturate() under mm/mmap_lock.c __vma_enter_locked() (6.15), __vma_start_exclude_readers() (7.0)"),
  REFCNT_UNDERFLOW(
      List.of("refcount_t: underflow", "refcount_t: decrement hit 0"),
      List.of("vma_refcount_put", "vma_end_read", "__vma_exit_locked", "__vma_end_exclude_readers", "lock_vma_under_rcu", "vma_mark_detached"),
      "",
      "vm_refcnt fell below zero: a reader dropped its lock twice, or a VMA was detached twice",
      List.of("R01", "R05"),
      "lib/refcount.c refcount_warn_saturate() under include/linux/mmap_lock.h vma_refcount_put() (6.15)"),
  FREED_ATTACHED(
      List.of("include/linux/mmap_lock.h:", "include/linux/mm.h:"),
      List.of("vm_area_free"),
      "",
      "an attached VMA was freed: readers may still find it or hold it",
      List.of("R59", "R60"),
      "mm/vma_init.c vm_area_free(): vma_assert_detached() (6.16); kernel/fork.c (6.15)"),
  LOCK_ASSERTION(
      List.of("include/linux/mmap_lock.h:"),
      List.of(),
      "",
      "an assertion on the VMA lock failed: a VMA was changed without its write lock, attached twice, or detached twice",
      List.of("R29", "R38", "R05"),
      "include/linux/mmap_lock.h vma_assert_write_locked(), vma_assert_locked(), vma_assert_attached(), vma_assert_detached() (6.15)"),
  DETACH_AND_READERS(
      List.of("mm/mmap_lock.c:"),
      List.of(),
      "",
      "a VMA was detached where it had to stay attached, or a detach ended with references left",
      List.of("R06", "R14", "R60"),
      "mm/mmap_lock.c __vma_start_write(), vma_mark_detached() (6.15), __vma_exclude_readers_for_detach() (7.0): WARN_ON_ONCE(detached)"),
  USE_AFTER_FREE_IN_WAKE_UP(
      List.of("KASAN: "),
      List.of("vma_refcount_put", "vma_end_read", "rcuwait_wake_up"),
      "",
      "a reader that left woke the writer of an mm that is gone (known bug B14, fixed in 6.16.1 and 6.17)",
      List.of("R34", "R16"),
      "include/linux/mmap_lock.h vma_refcount_put() (6.15): rcuwait_wake_up(&mm->vma_writer_wait)"),
  USE_AFTER_FREE_IN_LOOK_UP(
      List.of("KASAN: "),
      List.of("lock_vma_under_rcu", "lock_next_vma", "vma_start_read"),
      "",
      "a look-up used a VMA or a node of the tree that was freed (known bugs B03, B09, B16)",
      List.of("R15", "R60", "R76"),
      "mm/kasan/report.c print_error_description() under mm/mmap_lock.c lock_vma_under_rcu(), lock_next_vma()"),
  PAGE_OUTSIDE_VMA(
      List.of("kernel BUG at mm/rmap.c:"),
      List.of("folio_add_new_anon_rmap"),
      "",
      "a fault put a page at an address that its VMA no longer covers: the VMA was changed while the fault held its lock",
      List.of("R32", "R18", "R78"),
      "mm/rmap.c folio_add_new_anon_rmap(): VM_BUG_ON_VMA(address < vma->vm_start || ... > vma->vm_end) (6.5)"),
  LOCK_ORDER(
      List.of("possible recursive locking", "possible circular locking", "possible deadlock"),
      List.of(),
      "vm_lock",
      "the VMA lock was taken in an order that can deadlock (known bugs B02, B18, B21, B23; B22 was a false alarm of lockdep)",
      List.of("R26", "R27"),
      "kernel/locking/lockdep.c; the class vm_lock is made in include/linux/mm.h vma_lock_init() (6.15), before that it is &vma->vm_lock->lock"),
  NOT_HELD(
      List.of("bad unlock balance"),
      List.of(),
      "vm_lock",
      "a VMA read lock was dropped that was not held",
      List.of("R01"),
      "kernel/locking/lockdep.c print_unlock_imbalance_bug(); class vm_lock"),
  WRITER_WAITS_FOR_EVER(
      List.of("INFO: task "),
      List.of("__vma_enter_locked", "__vma_start_exclude_readers", "__vma_start_write", "vma_mark_detached", "__vma_exclude_readers_for_detach"),
      "",
      "a writer waits for the readers of a VMA: one sleeps with its read lock held (known bugs B02, B18), the last one did not wake"
          + " the writer, or a reference has leaked (B17)",
      List.of("R26", "R02", "R30"),
      "kernel/hung_task.c check_hung_task(); waits in mm/mmap_lock.c __vma_enter_locked() (6.15), __vma_start_exclude_readers() (7.0)"),
  FAULT_WAITS_FOR_EVER(
      List.of("INFO: task "),
      List.of("lock_mm_and_find_vma"),
      "",
      "a page fault waits for the mmap_lock, whose holder does not release it",
      List.of("R26", "R39"),
      "kernel/hung_task.c check_hung_task(); waits in mm/mmap_lock.c lock_mm_and_find_vma() (6.5)"),
  FAULT_FLAGS(
      List.of("WARNING: ", "mm/memory.c:"),
      List.of("sanitize_fault_flags"),
      "",
      "a fault under the VMA lock has a flag that excludes it",
      List.of("R89"),
      "mm/memory.c sanitize_fault_flags(): WARN_ON_ONCE() on FAULT_FLAG_VMA_LOCK with FAULT_FLAG_RETRY_NOWAIT (6.6)"),
  TREE_CORRUPT(
      List.of("lib/maple_tree.c:"),
      List.of(),
      "",
      "the VMA tree fails its own checks: it was changed without the mmap_lock, or by known bug B24",
      List.of("R47", "R49", "R76"),
      "lib/maple_tree.c MT_BUG_ON(), MAS_WARN_ON()");

  /** How far out in the call trace a function still says what was being done. */
  private static final int NEAR = 6;

  private final List<String> titles;
  private final List<String> functions;
  private final String word;
  private final String meaning;
  private final List<String> rules;
  private final String source;

  /**
   * @param titles one of them is in the report's title or in one of its first lines
   * @param functions one of them is where it happened, or among the innermost callers; empty when that does not matter
   * @param word is in one of the report's lines
   */
  KernelMessage(List<String> titles, List<String> functions, String word, String meaning, List<String> rules, String source) {
    this.titles = titles;
    this.functions = functions;
    this.word = word;
    this.meaning = meaning;
    this.rules = rules;
    this.source = source;
  }

  /** What a report means, if it is about this protocol. */
  public static Optional<KernelMessage> of(ConsoleReport report) {
    return Arrays.stream(values()).filter(message -> message.matches(report)).findFirst();
  }

  /** What it means, for a person; one sentence without its full stop. */
  public String meaning() {
    return meaning;
  }

  /** The rules that a capture of the same trouble would show broken, the likeliest first. */
  public List<String> rules() {
    return rules;
  }

  /** File, function and version that the message comes from. */
  public String source() {
    return source;
  }

  private boolean matches(ConsoleReport report) {
    return report.kind() != Kind.STALL && isTitled(report) && isWhere(report) && report.lines().stream().anyMatch(line -> line.contains(word));
  }

  private boolean isTitled(ConsoleReport report) {
    return report.lines().stream().limit(3).anyMatch(line -> titles.stream().anyMatch(line::contains));
  }

  private boolean isWhere(ConsoleReport report) {
    Stream<String> near = Stream.concat(Stream.of(String.valueOf(report.function()), inTitle(report)), report.frames().stream().limit(NEAR));
    return functions.isEmpty() || near.anyMatch(functions::contains);
  }

  /** The function in {@code BUG: KASAN: slab-use-after-free in lock_vma_under_rcu+0x1/0x2}. */
  private static String inTitle(ConsoleReport report) {
    int in = report.title().lastIndexOf(" in ");
    int plus = report.title().indexOf('+', Math.max(in, 0));
    return in >= 0 && plus > in ? report.title().substring(in + 4, plus) : "";
  }
}
