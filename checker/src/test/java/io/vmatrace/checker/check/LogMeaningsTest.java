package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.KernelReport;
import io.vmatrace.parser.input.CaptureException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What reports of the kernel mean, by what asserts, in which kernel, in which form of its frames. */
class LogMeaningsTest {
  @TempDir Path folder;

  /** The trace of a task that waits in __vma_start_write(), as each architecture and each tool prints it. */
  static Stream<Arguments> traces() {
    return Stream.of(
        trace("x86", " __schedule+0xef5/0x5750", " schedule+0xe7/0x350", " ? rcu_is_watching+0x15/0xb0", " __vma_start_write+0x1e/0x120", " free_pgtables+0x11d/0x250"),
        trace("x86, a module", " schedule+0xe7/0x350 [mod]", " __vma_start_write+0x1e/0x120 [mod 0123abcd]"),
        trace("x86, old", " [<ffffffff81234567>] schedule+0xe7/0x350", " [<ffffffff81234567>] ? foo+0x1/0x2", " [<ffffffff81234568>] __vma_start_write+0x1e/0x120"),
        trace("a clone of the compiler", " schedule+0xe7/0x350", " __vma_start_write.part.0+0x1e/0x120"),
        trace("arm64", " __switch_to+0xf0/0x170 (T)", " __schedule+0x3cc/0xed0", " __vma_start_write+0xfc/0x220 (P)"),
        trace("powerpc", " [c000000001bb3530] [c000000001bb35a0] 0xc000000001bb35a0 (unreliable)", " [c000000001bb3710] [c0000000000286fc] __switch_to+0x43c/0x6d0",
            " [c000000001bb39a0] [c00000000138832c] .__vma_start_write+0xfc/0x220"),
        trace("powerpc, an interrupt", " [c000000001bb3710] [c0000000000286fc] __schedule+0x43c/0x6d0", " --- interrupt: 300 at foo+0x1/0x2",
            " [c000000001bb39a0] [c00000000138832c] __vma_start_write+0xfc/0x220"),
        trace("arm", " __schedule from schedule+0x50/0xd0", " schedule from __vma_start_write+0xfc/0x220", " __vma_start_write from free_pgtables+0x188/0x2a0"),
        trace("arm, old", "[<c0a1be41>] (__schedule) from [<c0a1f7d8>] (schedule+0x40/0xa8)", " r10:8260c9b4 r9:84e1ec00 r8:80200be4", " r4:84e1ec00",
            "[<c0a1be41>] (schedule) from [<c0a1f7d8>] (__vma_start_write+0x40/0xa8 mm/mmap_lock.c:87)"),
        trace("arm, an exception", " __schedule from schedule+0x50/0xd0", "Exception stack(0xdf83dfb0 to 0xdf83dff8)", "dfa0:                                     00000000 00000000",
            " schedule from __vma_start_write+0xfc/0x220"),
        trace("riscv", "[<ffffffff80a1be41>] __schedule+0x3cc/0xed0", "[<ffffffff80a1be42>] __vma_start_write+0xfc/0x220"),
        trace("s390", " [<000001c0a3e1d2f4>] __schedule+0x3cc/0xed0", "([<000001c0a3e1d2f0>] stale+0x1/0x2)", " [<000001c0a3e1d2f5>] __vma_start_write+0xfc/0x220"),
        trace("loongarch", "[<90000000012de0a0>] __schedule+0x3cc/0xed0", "[<90000000012de0a1>] __vma_start_write+0xfc/0x220"),
        trace("decode_stacktrace.sh", "__schedule (kernel/sched/core.c:5325 kernel/sched/core.c:6929)", "? stale (mm/x.c:1)", "schedule (kernel/sched/core.c:7011 (discriminator 1))",
            "__vma_start_write (mm/mmap_lock.c:87) "),
        trace("decode_stacktrace.sh of s390", " [<000001c0a3e1d2f4>] __schedule (kernel/sched/core.c:5325)", " [<000001c0a3e1d2f5>] __vma_start_write (./include/linux/mmap_lock.h:87)"),
        trace("decode_stacktrace.sh of no place", "__schedule (??:?)", "__vma_start_write (??:?)"),
        trace("syzbot", " context_switch kernel/sched/core.c:5325 [inline]", " __schedule+0x18bc/0x4c40 kernel/sched/core.c:6929", " vma_start_write include/linux/mmap_lock.h:213 [inline]",
            " free_pgtables+0x11d/0x250 mm/memory.c:370"),
        trace("wrapped", " __schedule+0x18bc/0x4c40", "kernel/sched/core.c:6929", " __vma_start_write+0x1e/0x120", "mm/mmap_lock.c:87"),
        trace("PREEMPT_RT", " __schedule+0x1/0x2", " schedule+0x1/0x2", " rcuwait_wait_event+0x1/0x2", " __vma_start_exclude_readers+0x1e/0x120"));
  }

  private static Arguments trace(String name, String... frames) {
    return Arguments.of(name, List.of(frames));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("traces")
  void shouldReadFramesOfEveryForm(String name, List<String> frames) throws Exception {
    List<String> lines = new ArrayList<>(List.of("INFO: task probe:6660 blocked for more than 143 seconds.", "      Tainted: G             L      6.18.0-box #7", "Call Trace:"));
    lines.addAll(frames);
    KernelReport said = check(lines, "[  284.633903] ").kernelReports().getFirst();
    assertThat(said.rules()).as(name).containsExactly("R26", "R02", "R30");
    assertThat(said.pid()).isEqualTo(6660);
    assertThat(check(lines, "[  284.633903] ").kernel().release()).isEqualTo("6.18.0-box");
  }

  /** Where the CPU was, as each architecture prints it. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "RIP: 0010:vma_mark_detached+0x1/0x2", "RIP: 0010:vma_mark_detached (mm/mmap_lock.c:90 (discriminator 3))", "RIP: 0010:vma_mark_detached mm/mmap_lock.c:90 [inline]",
      "EIP: vma_mark_detached+0x1/0x2", "pc : vma_mark_detached+0x1/0x2", "PC is at vma_mark_detached+0x1/0x2", "epc : vma_mark_detached+0x1/0x2",
      "NIP [c0000000005f8868] vma_mark_detached+0x1/0x2", "Krnl PSW : 0704c00180000000 0000000000123456 (vma_mark_detached+0x1/0x2)",
      "   ERA: 90000000003a1c20 vma_mark_detached+0x1/0x2"})
  void shouldSayWhereItWas(String line) throws Exception {
    KernelReport said = check(List.of("kernel BUG at mm/mmap_lock.c:90!", "Internal error: Oops - BUG: 0 [#1]", line), "").kernelReports().getFirst();
    assertThat(said.function()).isEqualTo("vma_mark_detached");
    assertThat(said.rules()).containsExactly("R06", "R14", "R60");
  }

  /** A report, the kernel that it is of, and the rules that stand for it, or a word of what it means. */
  static Stream<Arguments> meanings() {
    return Stream.of(
        says("6.18.0", "R15", "BUG: KASAN: slab-use-after-free in mas_walk+0x466/0x510", "Call Trace:", " dump_stack_lvl+0x1/0x2", " print_report+0x1/0x2", " kasan_report+0x1/0x2",
            " __asan_report_load8_noabort+0x1/0x2", " mas_walk+0x466/0x510", " lock_vma_under_rcu+0xbe/0x420"),
        says("6.6.0", "R15", "BUG: KASAN: use-after-free in lock_vma_under_rcu+0xbe/0x420"),
        says("6.18.0", "R15", "BUG: KFENCE: use-after-free read in lock_vma_under_rcu+0xbe/0x420"),
        says("6.18.0", "R15", "Oops: general protection fault, probably for non-canonical address 0x6b6b6b6b6b6b6b93: 0000 [#1] SMP", "RIP: 0010:lock_vma_under_rcu+0xbe/0x420"),
        says("6.18.0", "", "BUG: KASAN: stack-out-of-bounds in mas_walk+0x466/0x510", "Call Trace:", " mas_walk+0x466/0x510", " lock_vma_under_rcu+0xbe/0x420"),
        says("6.18.0", "", "BUG: KASAN: slab-out-of-bounds in lock_vma_under_rcu+0xbe/0x420"),
        says("6.18.0", "", "BUG: KASAN: user-memory-access in vma_refcount_put+0xbe/0x420"),
        says("6.18.0", "", "BUG: KASAN: slab-use-after-free in filp_close (lib/maple_tree.c:265)", "Call Trace:", " filp_close+0x1/0x2"),
        says("6.16.0", "R34", "BUG: KASAN: slab-use-after-free in instrument_atomic_read include/linux/instrumented.h:68 [inline]",
            "BUG: KASAN: slab-use-after-free in atomic_read include/linux/atomic/atomic-instrumented.h:32 [inline]", "BUG: KASAN: slab-use-after-free in rcuwait_wake_up+0x1/0x2",
            "Call Trace:", " rcuwait_wake_up+0x1/0x2", " vma_refcount_put+0x1/0x2", " lock_vma_under_rcu+0xbe/0x420"),
        says("6.16.0", "", "BUG: KASAN: slab-use-after-free in rcuwait_wake_up+0x1/0x2", "Call Trace:", " rcuwait_wake_up+0x1/0x2", " futex_requeue+0x1/0x2"),
        says("6.18.0", "R60", "BUG: KASAN: slab-use-after-free in vma_end_read+0x1/0x2", "Call Trace:", " vma_end_read+0x1/0x2", " do_user_addr_fault+0x1/0x2"),
        says("6.15.0", "R23", "BUG: kernel NULL pointer dereference, address: 0000000000000028", "Oops: Oops: 0000 [#1] SMP", "RIP: 0010:lock_vma_under_rcu+0xbe/0x420"),
        says("6.15.0", "R23", "Unable to handle kernel NULL pointer dereference at virtual address 0000000000000028", "pc : lock_vma_under_rcu+0xbe/0x420"),
        says("6.15.0", "R23", "BUG: Kernel NULL pointer dereference on read at 0x00000028", "NIP [c0000000005f8868] lock_vma_under_rcu+0xbe/0x420"),
        says("6.15.0", "R23", "Oops: general protection fault, probably for non-canonical address 0xdffffc0000000005: 0000 [#1] SMP KASAN", "RIP: 0010:vma_start_read+0xbe/0x420"),
        says("6.17.0", "R23", "BUG: unable to handle page fault for address: fffffffffffffff5", "#PF: supervisor read access in kernel mode", "RIP: 0010:lock_vma_under_rcu+0xbe/0x420"),
        says("6.17.0", "R23", "Unable to handle kernel paging request at virtual address fffffffffffff001", "pc : lock_vma_under_rcu+0xbe/0x420"),
        says("6.17.0", "R23", "BUG: Unable to handle kernel data access on read at 0xfffffffffffffff5", "NIP [c0000000005f8868] vma_refcount_put+0xbe/0x420"),
        says("6.17.0", "", "BUG: unable to handle page fault for address: fffffffffffff000", "RIP: 0010:lock_vma_under_rcu+0xbe/0x420"),
        says("6.17.0", "", "BUG: unable to handle page fault for address: ffffffff12345678", "RIP: 0010:lock_vma_under_rcu+0xbe/0x420"),
        says("6.9.0", "", "BUG: unable to handle page fault for address: fffffffffffffff5", "RIP: 0010:lock_vma_under_rcu+0xbe/0x420"),
        says("6.16.0", "R34", "BUG: KASAN: slab-use-after-free in lock_vma_under_rcu+0xbe/0x420", "", "The buggy address belongs to the object at ffff88807c1a8a80", " which belongs to the cache mm_struct of size 2944"),
        says("6.13.0", "R65", "BUG: KFENCE: use-after-free read in lock_vma_under_rcu+0xbe/0x420", "kfence-#12: 0xffff88807c1a8a80-0xffff88807c1a95ff, size=2944, cache=mm_struct"),
        says("6.16.0", "R15", "BUG: KASAN: slab-use-after-free in lock_vma_under_rcu+0xbe/0x420", " which belongs to the cache vm_area_struct of size 184"),
        says("6.18.0", "R60", "[Poison overwritten] 0xffff888104a1f9a8-0xffff888104a1f9ab @offset=2472. First byte 0x6c instead of 0x6b", "BUG vm_area_struct (Not tainted): Object corrupt"),
        says("6.18.0", "", "BUG vm_area_struct (Not tainted): Object corrupt"),
        says("6.14.0", "R60", "BUG: KASAN: slab-use-after-free in up_read+0x4b/0x90", "Call Trace:", " kasan_report+0x1/0x2", " up_read+0x4b/0x90", " vma_end_read include/linux/mm.h:765 [inline]", " do_user_addr_fault+0x1/0x2"),
        says("6.6.30", "R15", "Unable to handle kernel paging request at virtual address 006b6b6b6b6b6b93", "pc : lock_vma_under_rcu+0x84/0x23c"),
        says("6.15.0", "", "BUG: kernel NULL pointer dereference, address: 0000000000000028", "RIP: 0010:ext4_readpage+0xbe/0x420"),
        says("6.9.0", "R29", "vma ffff888077381a00 start 0000000020c2a000 end 0000000021000000 mm ffff8880258a8980", "kernel BUG at include/linux/mm.h:701!", "RIP: 0010:some_driver_mmap+0x1/0x2"),
        says("6.9.0", "R29", "kernel BUG at include/linux/mm.h:701!", "RIP: 0010:vma_replace_policy+0x1/0x2"),
        says("6.9.0", "", "page: refcount:0 mapcount:0 mapping:0000000000000000 index:0x0 pfn:0x1", "kernel BUG at include/linux/mm.h:1023!", "RIP: 0010:put_page+0x1/0x2"),
        says("6.0.0", "", "kernel BUG at include/linux/mm.h:701!", "RIP: 0010:free_pgtables+0x1/0x2"),
        says("6.18.0", "R29", "vma ffff888077381a00 start 0000000020c2a000 end 0000000021000000 mm ffff8880258a8980", "kernel BUG at include/linux/mmap_lock.h:290!", "RIP: 0010:vma_modify+0x1/0x2"),
        says("6.18.0", "looked up without", "WARNING: include/linux/mmap_lock.h:75 at find_vma+0x1/0x2, CPU#1: probe/801"),
        says("6.10.0", "looked up without", "WARNING: CPU: 1 PID: 801 at include/linux/rwsem.h:80 find_vma+0x1/0x2", "RIP: 0010:find_vma+0x1/0x2"),
        says("6.10.0", "looked up without", "WARNING: CPU: 1 PID: 801 at ./include/linux/rwsem.h:195 mmap_assert_locked include/linux/mmap_lock.h:69 [inline]",
            "WARNING: CPU: 1 PID: 801 at ./include/linux/rwsem.h:195 find_vma_intersection+0x1/0x2 mm/mmap.c:1"),
        says("6.10.0", "page tables", "WARNING: CPU: 12 PID: 3 at include/linux/rwsem.h:80 follow_pte+0xf8/0x120", "RIP: 0010:follow_pte+0xf8/0x120"),
        says("6.10.0", "R29", "WARNING: CPU: 12 PID: 3 at include/linux/rwsem.h:85 remap_pfn_range_internal+0xf8/0x120"),
        says("6.4.0", "R29", "WARNING: CPU: 12 PID: 3 at include/linux/mmap_lock.h:161 remap_pfn_range_notrack+0xf8/0x120"),
        says("6.1.0", "page tables", "WARNING: CPU: 12 PID: 3 at include/linux/mmap_lock.h:161 walk_page_range+0xf8/0x120"),
        says("5.15.0", "looked up without", "kernel BUG at include/linux/mmap_lock.h:156!", "invalid opcode: 0000 [#1] SMP PTI", "RIP: 0010:find_vma+0x32/0x80"),
        says("6.10.0", "", "WARNING: CPU: 12 PID: 3 at include/linux/rwsem.h:80 xfs_ilock_assert+0xf8/0x120"),
        says("6.18.0", "R26", "INFO: task probe:8529 blocked for more than 143 seconds.", "INFO: task probe:8529 <writer> blocked on an rw-semaphore likely owned by task probe:8530 <reader>",
            "Call Trace:", " rwsem_down_write_slowpath+0x1/0x2", " down_write_killable+0x1/0x2", " vm_mmap_pgoff+0x1/0x2", " ksys_mmap_pgoff+0x1/0x2"),
        says("6.18.0", "for writing", "INFO: task probe:8529 blocked for more than 143 seconds.", "Call Trace:", " down_write+0x1/0x2", " mmap_write_lock include/linux/mmap_lock.h:1 [inline]", " some_driver+0x1/0x2"),
        says("6.18.0", "for writing", "INFO: task probe:8529 blocked for more than 143 seconds.", "Call Trace:", " rwbase_write_lock+0x1/0x2", " down_write+0x1/0x2", " dup_mmap+0x1/0x2"),
        says("6.1.0", "a page fault waits", "INFO: task probe:8529 blocked for more than 143 seconds.", "Call Trace:", " schedule+0x1/0x2", " rwsem_down_read_slowpath+0x1/0x2", " down_read+0x1/0x2", " do_user_addr_fault+0x1/0x2"),
        says("6.18.0", "for reading", "INFO: task khugepaged:8529 blocked for more than 143 seconds.", "Call Trace:", " schedule+0x1/0x2", " down_read+0x1/0x2", " __access_remote_vm+0x1/0x2"),
        says("6.18.0", "", "INFO: task probe:8529 blocked for more than 143 seconds.", "Call Trace:", " schedule+0x1/0x2", " rwsem_down_write_slowpath+0x1/0x2", " down_write+0x1/0x2", " ext4_file_write_iter+0x1/0x2"),
        says("6.18.0", "", "INFO: task probe:8529 blocked for more than 143 seconds.", "Call Trace:", " schedule+0x1/0x2", " io_schedule+0x1/0x2", " folio_wait_bit_common+0x1/0x2", " do_user_addr_fault+0x1/0x2"),
        says("6.9.0", "R26", "WARNING: possible circular locking dependency detected", "6.9.0-box #1 Not tainted", "probe/508 is trying to acquire lock:",
            "ffff88802a7f0898 (&vma->vm_lock->lock){++++}-{3:3}, at: vma_start_write+0x1/0x2"),
        says("6.18.0", "R26", "WARNING: possible circular locking dependency detected", "probe/508 is trying to acquire lock:", "ffff88802a7f0898 (&a){++++}-{3:3}, at: a+0x1/0x2", "Chain exists of:",
            "  &a --> vm_lock --> &b"),
        says("6.18.0", "R26", "WARNING: possible circular locking dependency detected", "-> #1 (vm_lock){++++}-{0:0}:", "       lock_acquire+0x1/0x2"),
        says("6.18.0", "", "WARNING: possible circular locking dependency detected", "-> #1 (&a){++++}-{0:0}:", "1 lock held by probe/508:", " #0: ffff88805fd07ec8 (vm_lock){++++}-{0:0}, at: lock_vma_under_rcu+0x1/0x2"),
        says("6.18.0", "R40", "WARNING: possible recursive locking detected", "probe/508 is trying to acquire lock:", "ffff88805fd07ec8 (&mm->mmap_lock){++++}-{4:4}, at: __might_fault+0x1/0x2",
            "but task is already holding lock:", "ffff88805fd07ec8 (&mm->mmap_lock){++++}-{4:4}, at: do_mprotect_pkey+0x1/0x2"),
        says("6.18.0", "can deadlock", "WARNING: possible circular locking dependency detected", "probe/508 is trying to acquire lock:", "ffff88805fd07ec8 (&mm->mmap_lock){++++}-{4:4}, at: __might_fault+0x1/0x2"),
        says("6.18.0", "", "WARNING: possible recursive locking detected", "probe/508 is trying to acquire lock:", "ffff88805fd07ec8 (&a){++++}-{4:4}, at: a+0x1/0x2", "but task is already holding lock:",
            "ffff88805fd07ec8 (&a){++++}-{4:4}, at: a+0x1/0x2", "2 locks held by probe/508:", " #0: ffff88805fd07ed8 (&mm->mmap_lock){++++}-{4:4}, at: do_mprotect_pkey+0x1/0x2"),
        says("7.2.0", "under no lock", "WARNING: ./include/linux/mmap_lock.h:340 at vma_assert_locked include/linux/mmap_lock.h:340 [inline], CPU#1: probe/448",
            "WARNING: ./include/linux/mmap_lock.h:340 at handle_mm_fault+0x1/0x2, CPU#1: probe/448"),
        says("6.18.0", "", "WARNING: suspicious RCU usage", "1 lock held by probe/508:", " #0: ffff88805fd07ec8 (vm_lock){++++}-{0:0}, at: lock_vma_under_rcu+0x1/0x2"),
        says("6.18.0", "read under neither", "WARNING: suspicious RCU usage", "6.18.0-box #1 Not tainted", "-----------------------------", "lib/maple_tree.c:855 suspicious rcu_dereference_check() usage!"),
        says("6.18.0", "R01", "WARNING: bad unlock balance detected!", "6.18.0-box #1 Not tainted", "probe/508 is trying to release lock (vm_lock) at:"),
        says("6.18.0", "R41", "WARNING: bad unlock balance detected!", "probe/508 is trying to release lock (&mm->mmap_lock) at:"),
        says("6.18.0", "R46", "WARNING: lock held when returning to user space!", "probe/508 is leaving the kernel with locks still held!", "1 lock held by probe/508:", " #0: ffff88805fd07ec8 (&mm->mmap_lock){++++}-{4:4}, at: foo+0x1/0x2"),
        says("6.18.0", "must not sleep", "BUG: sleeping function called from invalid context at kernel/locking/rwsem.c:1523", "Call Trace:", " __might_resched+0x1/0x2", " down_read+0x1/0x2", " mmap_read_lock include/linux/mmap_lock.h:1 [inline]", " foo+0x1/0x2"),
        says("6.18.0", "", "BUG: sleeping function called from invalid context at mm/slab.h:1", "Call Trace:", " __might_resched+0x1/0x2", " kmem_cache_alloc+0x1/0x2"),
        says("6.18.0", "R60", "BUG vm_area_struct (Not tainted): Poison overwritten", "Call Trace:", " check_bytes_and_report+0x1/0x2"),
        says("6.9.0", "R60", "kernel BUG at kernel/fork.c:480!", "RIP: 0010:vm_area_free_rcu_cb+0x1/0x2"),
        says("6.18.0", "R47", "WARNING: CPU: 0 PID: 7 at lib/maple_tree.c:1234 mas_wr_bnode+0x1/0x2"),
        says("6.18.0", "", "WARNING: CPU: 0 PID: 7 at lib/maple_tree.c:1234 mas_wr_bnode+0x1/0x2", "Call Trace:", " mas_store_gfp+0x1/0x2", " regcache_maple_write+0x1/0x2"),
        says("6.8.0", "R47", "kernel BUG at mm/mmap.c:3350!", "RIP: 0010:exit_mmap+0x1/0x2"),
        says("6.18.0", "", "divide error: 0000 [#1] SMP", "RIP: 0010:foo+0x1/0x2"),
        says("6.18.0", "", "specification exception: 0006 ilc:2 [#1] SMP", "Krnl PSW : 0704c00180000000 0000000000123456 (foo+0x1/0x2)"));
  }

  private static Arguments says(String release, String rule, String... lines) {
    return Arguments.of(release, rule, List.of(lines));
  }

  @ParameterizedTest
  @MethodSource("meanings")
  void shouldSayWhatAsserts(String release, String rule, List<String> lines) throws Exception {
    List<String> log = new ArrayList<>(lines);
    log.add("CPU: 1 UID: 0 PID: 801 Comm: probe Not tainted %s-box #2".formatted(release));
    for (String stamp : List.of("[   99.057001] ", "[   99.057001][  T801] ")) {
      List<KernelReport> reports = check(log, stamp).kernelReports();
      assertThat(reports).hasSize(1);
      KernelReport said = reports.getFirst();
      if (rule.isEmpty()) {
        assertThat(said.meaning()).isNull();
        assertThat(said.rules()).isEmpty();
      } else if (rule.startsWith("R")) {
        assertThat(said.rules()).first().isEqualTo(rule);
      } else {
        assertThat(said.meaning()).contains(rule);
      }
    }
  }

  /** The design by what the log names, where its number is not there yet or says another. */
  @ParameterizedTest
  @CsvSource({"6.14.0-rc3-next-20250218, vma_refcount_put, refcount", "6.14.0-rc3-next-20250218, foo, ", "6.14.0-rc3, foo, rwsem", "6.14.0, __vma_enter_locked, refcount",
      "syzkaller, __vma_enter_locked, refcount", "syzkaller, vma_refcount_put, ", "7.0.0, vma_refcount_put, exclude-readers", "6.19.0-next-20260101, __vma_exclude_readers_for_detach, exclude-readers",
      "6.0.0, find_vma, mmap-lock"})
  void shouldTellTheDesignByWhatTheLogNames(String release, String function, String design) throws Exception {
    Report report = check(List.of("BUG: unable to handle page fault", "CPU: 1 UID: 0 PID: 801 Comm: probe Not tainted %s #2".formatted(release), "RIP: 0010:%s+0x1/0x2".formatted(function)), "[   99.057001] ");
    assertThat(report.kernel()).isEqualTo(new Report.Kernel(release, design));
  }

  private Report check(List<String> lines, String stamp) throws IOException, CaptureException {
    Path file = folder.resolve("log");
    Files.write(file, (String.join("\n", lines.stream().map(stamp::concat).toList()) + "\n").getBytes(StandardCharsets.UTF_8));
    return Check.run(file.toString(), new Check.Options(null, false), _ -> {});
  }
}
