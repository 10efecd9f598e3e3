package io.vmatrace.checker.mm;

import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * What a rule may rely on beside the values of the event in hand. A fact states, once, which ops make it and every op that ends it: where
 * one that ends it was not recorded, the fact may be over without any sign, so it is unknown, and what rests on it is not evidenced.
 */
public enum Fact {
  /** A task holds an mmap_lock for writing: its write section is open. */
  WRITE_SECTION(made(Op.MMAP_WRITE_LOCK), ended(Op.MMAP_WRITE_UNLOCK, Op.MMAP_WRITE_DOWNGRADE)),

  /** A task holds an mmap_lock, for reading or for writing. */
  MMAP_LOCK_HELD(
      made(Op.MMAP_READ_LOCK, Op.MMAP_WRITE_LOCK), ended(Op.MMAP_READ_UNLOCK, Op.MMAP_WRITE_UNLOCK, Op.MMAP_WRITE_DOWNGRADE)),

  /**
   * A hold of an mmap_lock lies inside the true one: its release is logged before the lock is given back. It is logged after that to 5.14
   * (include/linux/mmap_lock.h), so there the holds of two tasks may seem to overlap.
   */
  HELD_WHILE_LOGGED(made(), ended()),

  /** A task holds an mmap_lock for writing from its acquisition to a release that says so: it was not downgraded in between. */
  WRITE_HELD_THROUGHOUT(made(Op.MMAP_WRITE_LOCK), ended(Op.MMAP_WRITE_UNLOCK)),

  /** A task holds an mmap_lock for reading that it took for writing. */
  DOWNGRADED(made(Op.MMAP_WRITE_DOWNGRADE), ended(Op.MMAP_READ_UNLOCK, Op.MMAP_WRITE_LOCK)),

  /** A task holds no mmap_lock but those that are known: it was in user mode, and every lock that it took since was seen. */
  HOLDS_NOTHING_ELSE(made(Op.SYSCALL_ENTER, Op.SYSCALL_EXIT, Op.PAGE_FAULT), ended(Op.MMAP_READ_LOCK, Op.MMAP_WRITE_LOCK)),

  /** A VMA was allocated or copied, and is in no tree yet. */
  VMA_ALLOCATED(made(Op.VM_AREA_ALLOC, Op.VM_AREA_DUP), ended(Op.MAS_STORE).andWithTheVma()),

  /** A VMA was allocated or copied in the write section of its mm that is open, and was not freed since. */
  VMA_MADE_IN_SECTION(
      made(Op.VM_AREA_ALLOC, Op.VM_AREA_DUP), ended(Op.VM_AREA_FREE, Op.MMAP_WRITE_UNLOCK, Op.MMAP_WRITE_DOWNGRADE)),

  /** A VMA is in its mm's tree and attached. */
  VMA_ATTACHED(
      made(Op.MAS_STORE),
      ended(Op.MMAP_WRITE_UNLOCK).andIn(Generation.REFCOUNT, Op.VMA_MARK_DETACHED_RET).andWithTheVma()),

  /** A VMA is detached, or its memory has been given back. */
  VMA_GONE(
      made(Op.VMA_MARK_DETACHED_RET, Op.VM_AREA_FREE), ended(Op.MAS_STORE, Op.MMAP_WRITE_UNLOCK, Op.VM_AREA_ALLOC, Op.VM_AREA_DUP)),

  /** A VMA is write-locked in an open write section. */
  VMA_WRITE_LOCKED(made(Op.VMA_START_WRITE_RET), ended(Op.MMAP_WRITE_UNLOCK, Op.MMAP_WRITE_DOWNGRADE).andWithTheVma()),

  /** A VMA has not been write-locked since the write section began. */
  VMA_NOT_WRITE_LOCKED(made(Op.MMAP_WRITE_LOCK), ended(Op.VMA_START_WRITE, Op.VMA_START_WRITE_RET)),

  /** A VMA has not been detached since munmap began to gather its range. */
  VMA_NOT_DETACHED(made(Op.VMS_GATHER_MUNMAP_VMAS), ended(Op.VMA_MARK_DETACHED, Op.VMA_MARK_DETACHED_RET)),

  /** A VMA has not been freed since it was allocated or copied. */
  VMA_NOT_FREED(made(Op.VM_AREA_ALLOC, Op.VM_AREA_DUP), ended(Op.VM_AREA_FREE)),

  /** A task holds a VMA read-locked. */
  VMA_READ_LOCKED(made(Op.VMA_START_READ), ended(Op.HANDLE_MM_FAULT_RET)),

  /** A task is inside lock_vma_under_rcu(). */
  IN_LOOK_UP(made(Op.LOCK_VMA_UNDER_RCU), ended(Op.VMA_START_READ)),

  /** A task has begun no further look-up since its last one was answered. */
  NO_FURTHER_LOOK_UP(made(Op.VMA_START_READ, Op.VMA_START_READ_REFUSED), ended(Op.LOCK_VMA_UNDER_RCU)),

  /** A task is inside handle_mm_fault(). */
  IN_FAULT(made(Op.HANDLE_MM_FAULT), ended(Op.HANDLE_MM_FAULT_RET)),

  /** A task is inside __vma_start_write(). */
  IN_START_WRITE(made(Op.VMA_START_WRITE), ended(Op.VMA_START_WRITE_RET)),

  /** A task is asleep inside __vma_start_write() or a detach, until readers have left. */
  WAITS_FOR_READERS(made(Op.VMA_START_WRITE), ended(Op.VMA_START_WRITE_RET)),

  /** A task is inside vms_gather_munmap_vmas(). */
  GATHERING(made(Op.VMS_GATHER_MUNMAP_VMAS), ended(Op.VMS_GATHER_MUNMAP_VMAS_RET)),

  /** vms_gather_munmap_vmas() has write-locked and detached a range, and the write section is open. */
  RANGE_GATHERED(
      made(Op.VMS_GATHER_MUNMAP_VMAS_RET),
      ended(Op.VMS_GATHER_MUNMAP_VMAS, Op.MMAP_WRITE_UNLOCK, Op.MMAP_WRITE_DOWNGRADE)),

  /** A task unmaps a range: it has begun to gather its VMAs or to free them, and has not begun to gather or to lock anything else. */
  UNMAPPING(
      made(Op.VMS_GATHER_MUNMAP_VMAS, Op.VMS_COMPLETE_MUNMAP_VMAS), ended(Op.VMS_GATHER_MUNMAP_VMAS, Op.MMAP_WRITE_LOCK)),

  /** The range of a VMA changes: vma_prepare() has begun, vma_complete() has not. */
  RANGE_CHANGES(made(Op.VMA_PREPARE), ended(Op.VMA_COMPLETE).andWithTheVma()),

  /** A range of an mm's tree holds a VMA since an earlier write section. */
  IN_TREE(made(Op.MAS_STORE), ended(Op.MAS_STORE, Op.MMAP_WRITE_LOCK, Op.MMAP_WRITE_UNLOCK).andWithTheVma()),

  /** A task copies an mm in fork. */
  FORKING(made(Op.MMAP_WRITE_LOCK), ended(Op.MMAP_WRITE_UNLOCK)),

  /** dup_mmap() of a fork has failed, and its mm has not become another one: that is locked for writing first (mm/vma_exec.c create_init_stack_vma()). */
  FORK_FAILED(made(Op.DUP_MMAP_RET), ended(Op.MMAP_WRITE_LOCK)),

  /** An address is that of one mm, whose mm_lock_seq was read: an mm that takes its place begins anew. */
  MM_SEQ(made(Op.MMAP_WRITE_LOCK), ended(Op.EXIT_MMAP)),

  /** An address is that of one VMA, whose vm_lock_seq was read: a VMA that takes its place begins anew. */
  LOCK_SEQ(made(), ended().andWithTheVma()),

  /**
   * The clocks of two CPUs agree to less than what lies between their events: the capture shows by holds of mmap_locks and by mm_lock_seq that none is
   * further ahead. What rests on other facts only has to be in a capture whose CPUs don't contradict each other.
   */
  CLOCKS_AGREE(made(), ended()),

  /** The same of the end of another task's hold, which the verdict rests on: it comes later by more than any clock is ahead. */
  CLOCKS_AGREE_AT_THE_END(made(), ended()),

  /** The memory of an mm has been given back. That it is another mm's now shows in no event. */
  MM_FREED(made(Op.MM_FREE), ended());

  /** The facts that events of the mmap_lock make and end. */
  public static final Set<Fact> OF_THE_MMAP_LOCK = Set.of(WRITE_SECTION, MMAP_LOCK_HELD, DOWNGRADED, HOLDS_NOTHING_ELSE, RANGE_GATHERED, VMA_MADE_IN_SECTION, VMA_WRITE_LOCKED);

  /** The facts that last as long as one write section: where it ended unseen, and another began, they are over. */
  public static final Set<Fact> OF_ONE_SECTION =
      Set.of(WRITE_SECTION, DOWNGRADED, RANGE_GATHERED, VMA_MADE_IN_SECTION, VMA_WRITE_LOCKED, VMA_NOT_WRITE_LOCKED, FORKING);

  /** Ops that end a fact, in every design and in some. */
  private static final class Ends {
    private final Set<Op> always;
    private final Map<Generation, Set<Op>> in = new EnumMap<>(Generation.class);
    private boolean withTheVma;

    Ends(Set<Op> always) {
      this.always = always;
    }

    Ends andIn(Generation generation, Op op) {
      in.computeIfAbsent(generation, _ -> EnumSet.noneOf(Op.class)).add(op);
      return this;
    }

    Ends andWithTheVma() {
      withTheVma = true;
      return this;
    }
  }

  /** The ops that end a VMA's life, or begin the next one at its address. */
  public static final Set<Op> ENDS_OF_A_VMA = Set.of(Op.VM_AREA_FREE, Op.VM_AREA_ALLOC, Op.VM_AREA_DUP);

  private final Set<Op> made;
  private final Ends ended;

  Fact(Set<Op> made, Ends ended) {
    this.made = made;
    this.ended = ended;
  }

  /** The ops that make it; any of them will do. Empty where the event in hand is enough. Not to be changed. */
  public Set<Op> madeBy() {
    return made;
  }

  /**
   * Every op that ends it, but for those that end its VMA ({@link #endsWithItsVma}). Not to be changed.
   *
   * @param generation the kernel's design; null where it is not known, which takes all of them
   */
  public Set<Op> endedBy(@org.jspecify.annotations.Nullable Generation generation) {
    if (ended.in.isEmpty()) {
      return ended.always;
    }
    Set<Op> ops = EnumSet.noneOf(Op.class);
    ops.addAll(ended.always);
    ended.in.forEach((of, more) -> {
      if (generation == null || generation == of) {
        ops.addAll(more);
      }
    });
    return Collections.unmodifiableSet(ops);
  }

  /** Whether it also ends when its VMA is freed, which shows by that or by the allocation of the next VMA at the address. */
  public boolean endsWithItsVma() {
    return ended.withTheVma;
  }

  private static Set<Op> made(Op... ops) {
    return set(ops);
  }

  private static Ends ended(Op... ops) {
    return new Ends(set(ops));
  }

  private static Set<Op> set(Op... ops) {
    Set<Op> set = EnumSet.noneOf(Op.class);
    for (Op op : ops) {
      set.add(op);
    }
    return Collections.unmodifiableSet(set);
  }
}
