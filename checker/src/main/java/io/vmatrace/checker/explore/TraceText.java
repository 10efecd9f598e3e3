package io.vmatrace.checker.explore;

import io.vmatrace.checker.steps.Design;
import io.vmatrace.checker.steps.StateField;
import io.vmatrace.checker.steps.StateLayout;
import io.vmatrace.checker.steps.Word;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Events as tracefs prints them, of tracepoints and of the probes in docs/CAPTURE.md; a microsecond apart, each task on a CPU of its own. */
final class TraceText {
  private static final long MM = 0xff11000001000000L;
  private static final long MM_BYTES = 0x1000;
  private static final long VMA = 0xff11000002000000L;
  private static final long VMA_BYTES = 0xc0;
  private static final long PAGE = 0x7f0000000000L;
  private static final int PAGE_SHIFT = 12;
  private static final int EXCLUDE_READERS = 1 << 30;
  private static final int SATURATED = 0xc0000000;
  private static final long NEVER_LOCKED = 0xffffffffL;

  /** Offset of vma_writer_wait in struct mm_struct (docs/PROTOCOL.md, Offsets): 7.2; 6.16 to 6.18. */
  private static final int WAITER = 456;

  private static final int WAITER_TO_6_19 = 240;

  /** include/linux/mm_types.h (6.18): FAULT_FLAG_USER, and FAULT_FLAG_VMA_LOCK with it; VM_FAULT_RETRY. */
  private static final String USER = "0x40";

  private static final String USER_VMA_LOCK = "0x1040";
  private static final String RETRY = "0x400";
  private static final int FIRST_PID = 1000;

  /** include/linux/mm.h: VM_READ, VM_MAYREAD, VM_MAYWRITE. */
  private static final int VM_FLAGS = 0x31;

  private static final int VM_WRITE = 0x2;
  private static final long ANON_VMA = 0xff11000003000000L;
  private static final long POLICY = 0xff11000004000000L;

  private final StateLayout layout;
  private final boolean locksVmas;
  private final boolean hasRwsem;
  private final boolean hasDetachFunction;
  private final boolean returns;
  private final StringBuilder lines = new StringBuilder();
  private final int tasks;
  private final Set<Integer> saturated = new TreeSet<>();

  /** For each task the VMA for which its mprotect_fixup() was called last. */
  private final int[] entered;

  private int events;

  TraceText(StateLayout layout, Design design) {
    this.layout = layout;
    locksVmas = design.has("vmalock");
    hasRwsem = design.has("rwsem");
    hasDetachFunction = design.has("detach-function");
    returns = design.has("killable");
    tasks = layout.count(StateField.Owner.TASK);
    entered = new int[tasks];
  }

  String text() {
    return """
        # tracer: nop
        #
        # entries-in-buffer/entries-written: %d/%d   #P:%d
        #
        #                                _-----=> irqs-off/BH-disabled
        #                               / _----=> need-resched
        #                              | / _---=> hardirq/softirq
        #                              || / _--=> preempt-depth
        #                              ||| / _-=> migrate-disable
        #                              |||| /     delay
        #           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION
        #              | |         |   |||||     |         |
        """
        .formatted(events, events, tasks) + lines;
  }

  private void line(int task, String event) {
    events++;
    String time = String.format(Locale.ROOT, "%d.%06d", 1 + events / 1_000_000, events % 1_000_000);
    lines.append(String.format(Locale.ROOT, "%16s-%-7d [%03d] ..... %12s: %s\n", "task" + task, FIRST_PID + task, task, time, event));
  }

  private void probe(int task, String function, String values) {
    line(task, "%s: (%s+0x0/0x100)%s".formatted(function, function, values.isEmpty() ? "" : " " + values));
  }

  private void returned(int task, String function, String caller, String values) {
    line(task, "%s_ret: (%s+0x10/0x100 <- %s) %s".formatted(function, caller, function, values));
  }

  private static String mm(int mm) {
    return Long.toHexString(MM + mm * MM_BYTES);
  }

  private static String vma(int vma) {
    return vma < 0 ? "0" : Long.toHexString(VMA + vma * VMA_BYTES);
  }

  private static long page(int page) {
    return PAGE + ((long) page << PAGE_SHIFT);
  }

  void asks(int task, int mm, boolean writes) {
    line(task, "mmap_lock_start_locking: mm=%s memcg_id=1 write=%b".formatted(mm(mm), writes));
  }

  void acquired(int task, int mm, boolean writes, boolean succeeds) {
    line(task, "mmap_lock_acquire_returned: mm=%s memcg_id=1 write=%b success=%b".formatted(mm(mm), writes, succeeds));
  }

  void releases(int task, int mm, boolean writes) {
    line(task, "mmap_lock_released: mm=%s memcg_id=1 write=%b".formatted(mm(mm), writes));
  }

  void wakes(int task, int mm) {
    if (mm >= 0) {
      probe(task, "rcuwait_wake_up", "w=0x%x".formatted(MM + mm * MM_BYTES + (hasDetachFunction ? WAITER_TO_6_19 : WAITER)));
    }
  }

  /** A reference was dropped that it did not have (lib/refcount.c, REFCOUNT_SATURATED). */
  void saturates(int vma) {
    saturated.add(vma);
  }

  void allocates(int task, int vma, int mm) {
    saturated.remove(vma);
    returned(task, "vm_area_alloc", "mmap_region", "vma=0x%s mm=0x%s".formatted(vma(vma), mm(mm)));
  }

  /** @param program the step table's, which tells the caller */
  void copies(int task, String program, int vma, int original, long[] state) {
    String caller = program.equals("fork") ? "dup_mmap" : program.equals("copy_vma") ? program : "__split_vma";
    String numbers = locksVmas ? " orig_lock_seq=%d orig_mm_seq=%d".formatted(lockSeq(original, state), mmSeq(original, state)) : "";
    returned(task, "vm_area_dup", caller, "vma=0x%s orig=0x%s".formatted(vma(vma), vma(original)) + numbers);
  }

  /** Pages of the tree, the last one inclusive; a VMA of -1 clears them. */
  void stores(int task, int first, int last, int vma) {
    String value = vma < 0 ? "0000000000000000" : vma(vma);
    line(task, "ma_write: %s\tNode 0000000000000000 (0 18446744073709551615) range:%d-%d piv (0) val %s"
            .formatted(vma < 0 ? "mas_store_gfp" : "mas_store_prealloc", page(first), page(last + 1) - 1, value));
  }

  /** VMAs are mapped in a section before all others. */
  void maps(int task, int mm, List<Integer> vmas, long[] state) {
    asks(task, mm, true);
    acquired(task, mm, true, true);
    for (int vma : vmas) {
      int first = layout.get(state, StateField.START, vma);
      int last = layout.get(state, StateField.LAST, vma);
      allocates(task, vma, mm);
      if (locksVmas && !hasRwsem) {
        String objects = "vma=0x%s mm=0x%s start=0x%x end=0x%x refcnt=0x0".formatted(vma(vma), mm(mm), page(first), page(last + 1));
        probe(task, "__vma_start_write", objects + " lock_seq=%d mm_seq=1".formatted(NEVER_LOCKED));
        returned(task, "__vma_start_write", "mmap_region", (returns ? "ret=0 " : "") + objects + " lock_seq=1 mm_seq=1");
      }
      stores(task, first, last, vma);
    }
    releases(task, mm, true);
  }

  /** An event that reads a VMA. */
  void ofVma(int task, String function, int vma, long[] state, String more) {
    probe(task, function, more + values(vma, state));
  }

  private String values(int vma, long[] state) {
    String objects = "vma=0x%s mm=0x%s %s".formatted(vma(vma), mm(mmOf(vma, state)), range(vma, state));
    if (!locksVmas) {
      return objects;
    }
    String seqs = " lock_seq=%d mm_seq=%d".formatted(lockSeq(vma, state), mmSeq(vma, state));
    return hasRwsem ? objects + seqs + " detached=%d".formatted(layout.get(state, StateField.DETACHED, vma)) : objects + count(vma, state) + seqs;
  }

  private String range(int vma, long[] state) {
    return "start=0x%x end=0x%x".formatted(page(layout.get(state, StateField.START, vma)), page(layout.get(state, StateField.LAST, vma) + 1));
  }

  private String count(int vma, long[] state) {
    int count = saturated.contains(vma) ? SATURATED : layout.get(state, StateField.REFCNT, vma) | (layout.get(state, StateField.FLAG, vma) == 1 ? EXCLUDE_READERS : 0);
    return " refcnt=0x%x".formatted(count);
  }

  private int mmOf(int vma, long[] state) {
    return Math.max(0, layout.get(state, StateField.VM_MM, vma) - 1);
  }

  private long lockSeq(int vma, long[] state) {
    int number = layout.get(state, StateField.LOCK_SEQ, vma);
    return number == Word.NEVER_LOCKED ? NEVER_LOCKED : number == 0 ? 1 : number;
  }

  private int mmSeq(int vma, long[] state) {
    return layout.get(state, StateField.SEQ, mmOf(vma, state));
  }

  /** VM_READ, VM_MAYREAD, VM_MAYWRITE, and VM_WRITE where it is set (include/linux/mm.h). */
  private String flags(int vma, long[] state) {
    return " vm_flags=0x%x".formatted(VM_FLAGS | (layout.get(state, StateField.WRITABLE, vma) == 1 ? VM_WRITE : 0));
  }

  private String anonVma(int vma, long[] state) {
    return " anon_vma=0x%x".formatted(layout.get(state, StateField.ANON, vma) == 0 ? 0 : ANON_VMA);
  }

  /** vma_prepare() and vma_complete() in a split, a merge that removes a VMA, and an expansion. */
  private void changes(int task, String name, int vma, long[] state) {
    int dot = name.indexOf('.');
    int inserted = name.endsWith(".split") ? layout.get(state, StateField.R_OTHER, task) - 1 : -1;
    int taken = layout.get(state, StateField.R_VMA, task) - 1;
    int removed = name.endsWith(".merge") && taken >= 0 && layout.get(state, StateField.LAST, taken) <= layout.get(state, StateField.R_LAST, task) ? taken : -1;
    String objects = "vma=0x%s insert=0x%s remove=0x%s %s".formatted(vma(vma), vma(inserted), vma(removed), range(vma, state));
    String numbers = (hasRwsem ? "" : count(vma, state)) + " lock_seq=%d".formatted(lockSeq(vma, state));
    boolean completes = name.startsWith("vma_complete");
    String more = completes && !hasRwsem && inserted >= 0 ? " ins" + count(inserted, state).strip() : "";
    probe(task, name.substring(0, dot), objects + (locksVmas ? numbers : "") + more.replace("insrefcnt", "ins_refcnt") + (completes && removed >= 0 ? " rem_seq=%d".formatted(lockSeq(removed, state)) : ""));
  }

  private void faults(int task, int vma, long[] state, String how) {
    ofVma(task, "handle_mm_fault", vma, state, how + flags(vma, state) + anonVma(vma, state) + " ");
  }

  /** What the probe on the handler's return reads. */
  private String handled(int vma, int page, long[] state) {
    String lock = locksVmas ? " lock_seq=%d".formatted(lockSeq(vma, state)) : "";
    return " vma=0x%s address=0x%x %s%s%s%s".formatted(vma(vma), page(page), range(vma, state), lock, flags(vma, state), anonVma(vma, state));
  }

  private String policy(int vma, long[] state) {
    return " policy=0x%x".formatted(layout.get(state, StateField.POLICY, vma) == 0 ? 0 : POLICY);
  }

  /** Without the objects. */
  private String numbers(int vma, long[] state) {
    return locksVmas ? (hasRwsem ? "" : count(vma, state)) + " lock_seq=%d mm_seq=%d".formatted(lockSeq(vma, state), mmSeq(vma, state)) : "";
  }

  /** A task sleeps uninterruptibly, and the CPU has nothing else to do. */
  void sleeps(int task) {
    line(task, "sched_switch: prev_comm=task%d prev_pid=%d prev_prio=120 prev_state=D ==> next_comm=swapper/%d next_pid=0 next_prio=120".formatted(task, FIRST_PID + task, task));
  }

  /**
   * A line {@code event} of the step table.
   *
   * @param mm which its task is of
   * @param vma that its probe reads, or -1
   */
  void event(int task, String name, int mm, int vma, long[] state) {
    int first = layout.get(state, StateField.R_FIRST, task);
    int last = layout.get(state, StateField.R_LAST, task);
    String range = "start=0x%x end=0x%x".formatted(page(first), page(last + 1));
    String lookedUp = "vma=0x%s mm=0x%s address=0x%x".formatted(vma(vma), mm(mm), page(first));
    String faults = "address=0x%x flags=".formatted(page(first));
    switch (name) {
      case "sys_clone" -> line(task, "sys_clone(clone_flags: 0x1200011, newsp: 0, parent_tidptr: 0, child_tidptr: 0, tls: 0)");
      case "sys_clone.over" -> line(task, "sys_clone -> 0x%x".formatted(FIRST_PID + tasks));
      case "page_fault_user" -> line(task, "page_fault_user: address=0x%x ip=0x401000 error_code=0x6".formatted(page(first)));
      case "lock_vma_under_rcu" -> probe(task, name, "mm=0x%s address=0x%x".formatted(mm(mm), page(first)));
      case "looked_up.granted", "looked_up.nothing", "looked_up.refused", "looked_up.outside" -> returned(task, "lock_vma_under_rcu", "do_user_addr_fault", lookedUp);
      case "lock_next_vma" -> probe(task, name, "mm=0x%s from=0x%x".formatted(mm(mm), page(first)));
      case "lock_next_vma_ret.found" -> returned(task, "lock_next_vma", "proc_get_vma", "vma=0x%s mm=0x%s from=0x%x %s".formatted(vma(vma), mm(mm), page(first), range(vma, state)));
      case "lock_next_vma_ret.nothing" -> returned(task, "lock_next_vma", "proc_get_vma", "vma=0x0 mm=0x%s from=0x%x start=0x0 end=0x0".formatted(mm(mm), page(first)));
      case "vma_prepare.split", "vma_prepare.merge", "vma_prepare.expand", "vma_complete.split", "vma_complete.merge", "vma_complete.expand" -> changes(task, name, vma, state);
      case "handle_mm_fault.vma_lock" -> faults(task, vma, state, faults + USER_VMA_LOCK);
      case "handle_mm_fault.mmap_lock" -> faults(task, vma, state, faults + USER);
      case "expand_downwards" -> probe(task, name, "vma=0x%s address=0x%x".formatted(vma(vma), page(first)));
      case "mm_drop_all_locks" -> probe(task, name, "mm=0x%s".formatted(mm(mm)));
      case "anon_vma_clone" -> {
        int source = layout.get(state, StateField.R_VMA, task) - 1;
        probe(task, name, "dst=0x%s src=0x%s".formatted(vma(vma), vma(source)) + numbers(vma, state));
      }
      case "move_page_tables" -> {
        int to = layout.get(state, StateField.R_OTHER, task) - 1;
        probe(task, name, "vma=0x%s mm=0x%s new=0x%s".formatted(vma(vma), mm(mm), vma(to)) + numbers(vma, state));
      }
      case "mprotect_fixup" -> {
        entered[task] = vma;
        probe(task, name, values(vma, state) + flags(vma, state));
      }
      case "mprotect_fixup_ret" -> {
        if (entered[task] == vma) { // else the one that it was called for is merged away
          returned(task, "mprotect_fixup", "do_mprotect_pkey", "ret=0 " + values(vma, state) + flags(vma, state));
        }
      }
      case "mbind_range" -> probe(task, name, values(vma, state) + policy(vma, state));
      case "mbind_range_ret" -> returned(task, "mbind_range", "do_mbind", "ret=0 " + values(vma, state) + policy(vma, state));
      case "handle_mm_fault_ret.over" -> returned(task, "handle_mm_fault", "do_user_addr_fault", "ret=0x0" + handled(vma, first, state));
      case "handle_mm_fault_ret.retry" -> returned(task, "handle_mm_fault", "do_user_addr_fault", "ret=" + RETRY + handled(vma, first, state));
      case "vms_gather_munmap_vmas", "vms_complete_munmap_vmas" -> probe(task, name, range);
      case "vms_gather_munmap_vmas_ret" -> returned(task, "vms_gather_munmap_vmas", "do_vmi_align_munmap", "ret=0");
      case "__vma_start_write_ret" -> returned(task, "__vma_start_write", "vms_gather_munmap_vmas", (returns ? "ret=0 " : "") + values(vma, state));
      case "__vma_start_write_killed" -> returned(task, "__vma_start_write", "dup_mmap", "ret=-4 " + values(vma, state));
      default -> {
        if (name.endsWith("_ret")) {
          returned(task, name.substring(0, name.length() - "_ret".length()), "vms_gather_munmap_vmas", values(vma, state));
        } else {
          ofVma(task, name, vma, state, "");
        }
      }
    }
  }
}
