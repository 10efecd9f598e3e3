package io.vmatrace.checker.engine;

import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.ProgramId;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.specs.FaultEvents;
import io.vmatrace.parser.event.specs.LookUpEvents;
import io.vmatrace.parser.event.specs.PageFaultEvents;

/**
 * What readers do: page faults (arch/x86/mm/fault.c do_user_addr_fault(), mm/memory.c), the walk of /proc/PID/maps, madvise and
 * userfaultfd under VMA locks (docs/PROTOCOL.md, Page faults). Operations take {@link Frame#mm} and {@link Frame#first}.
 */
public final class Faulting {
  /** enum fault_flag, include/linux/mm_types.h: FAULT_FLAG_USER, FAULT_FLAG_VMA_LOCK. */
  private static final int FLAG_USER = 1 << 6;

  private static final int FLAG_VMA_LOCK = 1 << 12;

  /** VM_FAULT_RETRY. */
  private static final int RETRY = 0x400;

  /** The fault was served under the VMA lock, under the mmap_lock, or there is nothing mapped; and whether the VMA lock was refused. */
  static final int BY_VMA_LOCK = 1;

  static final int BY_MMAP_LOCK = 2;
  static final int SEGV = 3;

  final Program lockVmaUnderRcu;

  /** A page fault of user mode; returns the lock that served it. */
  public final Program fault;

  /** madvise(MADV_DONTNEED) inside one VMA, from 6.17 on. */
  public final Program dontneed;

  /** Reads /proc/PID/maps from {@link Frame#first} to {@link Frame#last}, from 6.17 on under VMA locks. */
  final Program readMaps;

  /** userfaultfd's move: two VMAs, at {@link Frame#first} and {@link Frame#last}. */
  final Program uffdMove;

  private final Variant variant;
  private final MmapLocking mmapLock;
  private final VmaLocking vmaLock;

  Faulting(Variant variant, MmapLocking mmapLock, VmaLocking vmaLock) {
    this.variant = variant;
    this.mmapLock = mmapLock;
    this.vmaLock = vmaLock;
    lockVmaUnderRcu = lockVmaUnderRcu();
    fault = fault();
    dontneed = dontneed();
    readMaps = readMaps();
    uffdMove = uffdMove();
  }

  private static void same(Frame from, Frame to) {
    to.mm = from.mm;
    to.vma = from.vma;
    to.first = from.first;
    to.last = from.last;
  }

  private static void walk(Frame f) {
    f.vma = f.tree.load(f.first);
  }

  /** Returns the VMA, read-locked, or null. A walk reads the nodes that are there when it begins. */
  private Program lockVmaUnderRcu() {
    return Program.named(ProgramId.LOCK_VMA_UNDER_RCU)
        .probe(StepId.LOCK_VMA_UNDER_RCU, f -> f.machine().event(f, LookUpEvents.LOCK_VMA_UNDER_RCU, f.first, 0))
        .act(StepId.RCU_READ_LOCK, f -> f.machine().rcu.readLock(f.task))
        .label("retry")
        .act(StepId.MAS_START, f -> f.tree = f.mm().tree)
        .act(StepId.MAS_WALK, Faulting::walk)
        .on(f -> f.vma == null, "unlock")
        .call(vmaLock.startRead(), Faulting::same)
        .on(f -> f.got == VmaLocking.AGAIN, "retry")
        .on(f -> f.got == VmaLocking.REFUSED, "refused")
        .when(variant.ownerTest() == Variant.OwnerTest.LATE, p -> p.test(StepId.VM_MM, f -> f.vma().mm != f.mm(), "end"))
        .act(StepId.RCU_READ_UNLOCK, f -> f.machine().rcu.readUnlock(f.task))
        .test(StepId.VM_START_VM_END, f -> !f.vma().covers(f.first), "outside")
        .go("done")
        .label("end")
        .call(vmaLock.endRead(), Faulting::same)
        .label("refused")
        .note(f -> f.vma = null)
        .label("unlock")
        .act(StepId.RCU_READ_UNLOCK, f -> f.machine().rcu.readUnlock(f.task))
        .go("done")
        .label("outside")
        .call(vmaLock.endRead(), Faulting::same)
        .note(f -> f.vma = null)
        .label("done")
        .probe(StepId.LOCK_VMA_UNDER_RCU_RET, f -> f.machine().event(f, LookUpEvents.LOCK_VMA_UNDER_RCU_RET, f.first, 0))
        .build();
  }

  private Program fault() {
    boolean trylock = variant.generation() != Generation.MMAP_LOCK;
    return Program.named(ProgramId.DO_USER_ADDR_FAULT)
        .probe(StepId.PAGE_FAULT_USER, f -> f.machine().event(f, PageFaultEvents.PAGE_FAULT_USER, f.first, 0))
        .when(trylock, this::fastPath)
        .label("slow")
        .call(mmapLock.readLock, Faulting::same)
        .act(StepId.FIND_VMA, f -> f.vma = f.mm().tree.load(f.first))
        .on(f -> f.vma == null, "segv")
        .probe(StepId.HANDLE_MM_FAULT, f -> f.machine().event(f, FaultEvents.HANDLE_MM_FAULT, f.first, FLAG_USER))
        .act(StepId.ANON_VMA_PREPARE, f -> f.vma().anonVma = true)
        .act(StepId.SET_PTE, f -> {
          f.machine().oracle.readsLocked(f.task, f.mm(), f.vma());
          f.mm().pages.put(f.first, f.vma());
        })
        .probe(StepId.HANDLE_MM_FAULT_RET, f -> f.machine().event(f, FaultEvents.HANDLE_MM_FAULT_RET, f.first, 0))
        .call(mmapLock.readUnlock, Faulting::same)
        .giveBack(f -> f.value = BY_MMAP_LOCK)
        .label("segv")
        .call(mmapLock.readUnlock, Faulting::same)
        .giveBack(f -> f.value = SEGV)
        .build();
  }

  /** Falls through if the mmap_lock is needed. */
  private void fastPath(Program.Builder p) {
    p.call(lockVmaUnderRcu, Faulting::same)
        .on(f -> f.gotVma == null, "slow")
        .note(f -> f.vma = f.gotVma)
        .probe(StepId.HANDLE_MM_FAULT, f -> f.machine().event(f, FaultEvents.HANDLE_MM_FAULT, f.first, FLAG_USER | FLAG_VMA_LOCK))
        .when(variant.has(Mutant.M19), q -> q.call(mmapLock.readLock, Faulting::same).call(mmapLock.readUnlock, Faulting::same))
        .on(f -> f.vma().anonVma, "prepared")
        .call(mmapLock.readTrylock, Faulting::same)
        .on(f -> f.got == 0, "retry")
        .act(StepId.ANON_VMA_PREPARE_TRYLOCK, f -> f.vma().anonVma = true)
        .call(mmapLock.readUnlock, Faulting::same)
        .label("prepared")
        .act(StepId.SET_PTE, f -> {
          f.machine().oracle.reads(f.task, f.mm(), f.vma(), f.first);
          f.mm().pages.put(f.first, f.vma());
        })
        .probe(StepId.HANDLE_MM_FAULT_RET, f -> f.machine().event(f, FaultEvents.HANDLE_MM_FAULT_RET, f.first, 0))
        .call(vmaLock.endRead(), Faulting::same)
        .giveBack(f -> f.value = BY_VMA_LOCK)
        .label("retry")
        .call(vmaLock.endRead(), Faulting::same)
        .probe(StepId.HANDLE_MM_FAULT_RET, f -> f.machine().event(f, FaultEvents.HANDLE_MM_FAULT_RET, f.first, RETRY))
        .when(variant.has(Mutant.M18), q -> q.call(vmaLock.endRead(), Faulting::same));
  }

  private Program dontneed() {
    return Program.named(ProgramId.MADVISE_VMA_BEHAVIOR)
        .call(lockVmaUnderRcu, Faulting::same)
        .note(f -> f.vma = f.gotVma)
        .on(f -> f.vma == null, "slow")
        .act(StepId.ZAP_PTE, f -> {
          f.machine().oracle.reads(f.task, f.mm(), f.vma(), f.first);
          f.mm().pages.remove(f.first);
        })
        .call(vmaLock.endRead(), Faulting::same)
        .giveBack()
        .label("slow")
        .call(mmapLock.readLock, Faulting::same)
        .act(StepId.ZAP_PTE, f -> f.mm().pages.remove(f.first))
        .call(mmapLock.readUnlock, Faulting::same)
        .build();
  }

  /**
   * fs/proc/task_mmu.c m_next(): lock_next_vma() for each (mm/mmap_lock.c, 6.17), and the mmap_lock where that is refused. It has
   * no owner test of its own, because the read lock had one by then; older kernels hold the mmap_lock from m_start() to m_stop().
   */
  private Program readMaps() {
    return variant.ownerTest() == Variant.OwnerTest.INSIDE ? readMapsUnderVmaLocks() : readMapsUnderMmapLock();
  }

  private Program readMapsUnderMmapLock() {
    return Program.named(ProgramId.M_NEXT)
        .call(mmapLock.readLock, Faulting::same)
        .label("next")
        .act(StepId.MAS_FIND, f -> findNext(f, f.mm().tree))
        .on(f -> f.vma == null, "end")
        .act(StepId.SHOW_MAP, f -> show(f, false))
        .on(f -> f.first <= f.last, "next")
        .label("end")
        .call(mmapLock.readUnlock, Faulting::same)
        .build();
  }

  /** A VMA beyond the place of the walk must be the one that the tree has there now: its memory may have been another VMA's before. */
  private Program readMapsUnderVmaLocks() {
    return Program.named(ProgramId.M_NEXT)
        .label("next")
        .act(StepId.RCU_READ_LOCK, f -> f.machine().rcu.readLock(f.task))
        .label("again")
        .act(StepId.MAS_START, f -> f.tree = f.mm().tree)
        .act(StepId.MAS_FIND, f -> findNext(f, f.tree))
        .on(f -> f.vma == null, "end")
        .call(vmaLock.startRead(), Faulting::same)
        .on(f -> f.got == VmaLocking.AGAIN, "again")
        .on(f -> f.got == VmaLocking.REFUSED, "refused")
        .test(StepId.VM_START_VM_END, f -> f.vma().end <= f.first, "moved")
        .on(f -> f.vma().start <= f.first, "locked")
        .test(StepId.VMA_NEXT, f -> !isNext(f), "moved")
        .label("locked")
        .act(StepId.RCU_READ_UNLOCK, f -> f.machine().rcu.readUnlock(f.task))
        .act(StepId.SHOW_MAP, f -> show(f, true))
        .call(vmaLock.endRead(), Faulting::same)
        .on(f -> f.first <= f.last, "next")
        .giveBack()
        .label("moved")
        .act(StepId.RCU_READ_UNLOCK, f -> f.machine().rcu.readUnlock(f.task))
        .call(vmaLock.endRead(), Faulting::same)
        .go("slow")
        .label("refused")
        .act(StepId.RCU_READ_UNLOCK, f -> f.machine().rcu.readUnlock(f.task))
        .label("slow")
        .call(mmapLock.readLock, Faulting::same)
        .act(StepId.MAS_FIND, f -> findNext(f, f.mm().tree))
        .on(f -> f.vma == null, "none")
        .act(StepId.SHOW_MAP, f -> show(f, false))
        .label("none")
        .call(mmapLock.readUnlock, Faulting::same)
        .on(f -> f.vma != null && f.first <= f.last, "next")
        .giveBack()
        .label("end")
        .act(StepId.RCU_READ_UNLOCK, f -> f.machine().rcu.readUnlock(f.task))
        .build();
  }

  private static void findNext(Frame f, MapleTree<VmAreaStruct> tree) {
    MapleTree.Slot<VmAreaStruct> slot = tree.find(f.first);
    f.vma = slot == null ? null : slot.vma();
    if (slot == null) {
      f.machine().oracle.sees(f.mm(), f.first, f.last + 1);
    }
  }

  private static boolean isNext(Frame f) {
    MapleTree.Slot<VmAreaStruct> slot = f.mm().tree.find(f.first);
    return slot != null && slot.vma() == f.vma;
  }

  /** The range between the place of the walk and this VMA is a gap. */
  private static void show(Frame f, boolean underVmaLock) {
    VmAreaStruct vma = f.vma();
    if (underVmaLock) {
      f.machine().oracle.reads(f.task, f.mm(), vma, Math.max(f.first, vma.start));
    }
    f.machine().oracle.sees(f.mm(), f.first, vma.start);
    f.first = vma.end;
  }

  /**
   * mm/userfaultfd.c uffd_move_lock() (6.9 on; lock_vma_under_rcu() has the owner test wherever that is): both VMA locks, or neither
   * and the mmap_lock. Where both addresses are in one VMA it is locked once.
   */
  private Program uffdMove() {
    return Program.named(ProgramId.UFFD_MOVE_LOCK)
        .call(lockVmaUnderRcu, Faulting::same)
        .note(f -> f.vma = f.gotVma)
        .on(f -> f.vma == null, "slow")
        .on(f -> f.vma().covers(f.last), "locked")
        .call(lockVmaUnderRcu, (from, to) -> {
          to.mm = from.mm;
          to.first = from.last;
        })
        .note(f -> f.other = f.gotVma)
        .on(f -> f.other != null, "locked")
        .when(!variant.has(Mutant.B21), p -> p.call(vmaLock.endRead(), Faulting::same))
        .label("slow")
        .call(mmapLock.readLock, Faulting::same)
        .act(StepId.MOVE_PAGES, f -> f.value = BY_MMAP_LOCK)
        .call(mmapLock.readUnlock, Faulting::same)
        .giveBack()
        .label("locked")
        .act(StepId.MOVE_PAGES, f -> {
          f.machine().oracle.reads(f.task, f.mm(), f.vma(), f.first);
          f.machine().oracle.reads(f.task, f.mm(), f.other == null ? f.vma() : f.other(), f.last);
        })
        .on(f -> f.other == null, "one")
        .call(vmaLock.endRead(), (from, to) -> {
          to.mm = from.mm;
          to.vma = from.other;
        })
        .label("one")
        .call(vmaLock.endRead(), Faulting::same)
        .build();
  }
}
