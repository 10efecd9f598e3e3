package io.vmatrace.checker.steps;

/** A field of the state: of each mm, of each page of an mm, of each VMA, or of each task. Its values are small numbers from 0. */
public enum StateField {
  /** mm_lock_seq. */
  SEQ(Owner.MM, 4),
  /** Who holds the mmap_lock for writing, as task + 1; 0 for nobody. */
  WRITER(Owner.MM, Width.TASK),
  /** Who holds it for reading, a bit for each task. */
  READERS(Owner.MM, Width.TASKS),
  /** vma_writer_wait, as task + 1. */
  WAITER(Owner.MM, Width.TASK),
  /** mm_users. */
  USERS(Owner.MM, 2),
  /** mm_count. */
  COUNT(Owner.MM, 4),
  /** Whether the mm is freed. */
  MM_FREED(Owner.MM, 1),
  /** MMF_UNSTABLE. */
  UNSTABLE(Owner.MM, 1),
  /** Of a fork's child: 0 not yet, 1 there, 2 the fork has failed. */
  BORN(Owner.MM, 2),
  /** Whether readers are stopped: only under the variant stop-readers. */
  STOPPED(Owner.MM, 1),
  /** How many readers there are in all of the mm's VMAs: only under the variant stop-readers. */
  INSIDE(Owner.MM, 3),

  /** Which VMA the tree has for a page, as VMA + 1. */
  TREE(Owner.PAGE, Width.VMA),
  /** Whether a page is present. */
  PTE(Owner.PAGE, 1),
  /** Whether it may be written. */
  PTE_WRITE(Owner.PAGE, 1),
  /** Whether the page tables of a page that is not mapped are freed. */
  TABLES_FREED(Owner.PAGE, 1),
  /** Whether the page table was empty and is given back, where something is mapped (CONFIG_PT_RECLAIM, 6.14). */
  TABLE_RECLAIMED(Owner.PAGE, 1),

  /** The count in vm_refcnt, without the flag. */
  REFCNT(Owner.VMA, 3),
  /** VM_REFCNT_EXCLUDE_READERS_FLAG, VMA_LOCK_OFFSET before 7.0. */
  FLAG(Owner.VMA, 1),
  /** vm_lock_seq. */
  LOCK_SEQ(Owner.VMA, 4),
  /** vm_mm, as mm + 1. */
  VM_MM(Owner.VMA, Width.MM),
  /** The first page. */
  START(Owner.VMA, Width.PAGE),
  /** The last page. */
  LAST(Owner.VMA, Width.PAGE),
  /** 0: free; 1: allocated; 2: freed once those in RCU have left it. */
  LIVE(Owner.VMA, 2),
  /** The flag detached of kernels to 6.14. */
  DETACHED(Owner.VMA, 1),
  /** Who holds the VMA's rw_semaphore for reading, to 6.14. */
  SEM_READERS(Owner.VMA, Width.TASKS),
  /** Whether it is held for writing, to 6.14. */
  SEM_WRITER(Owner.VMA, 1),
  /** Who is in RCU since before it was freed, to 6.14. */
  GRACE(Owner.VMA, Width.TASKS),
  /** Whose look-up has it read-locked: no field of the kernel's. */
  HOLDERS(Owner.VMA, Width.TASKS),
  /** VM_WRITE. */
  WRITABLE(Owner.VMA, 1),
  /** VM_DONTCOPY. */
  DONTCOPY(Owner.VMA, 1),
  /** Whether it is registered with userfaultfd. */
  UFFD(Owner.VMA, 1),
  /** anon_vma: 0 none, 1 published before it is initialised, 2 there. */
  ANON(Owner.VMA, 2),
  /** vm_policy: which of two. */
  POLICY(Owner.VMA, 1),
  /** How many references tasks have that no event is of: only replay sets it. */
  OUTSIDERS(Owner.VMA, 2),
  /** Whether one of them is needed to explain what was seen. */
  CHARGED(Owner.VMA, 1),

  /** The next step of a task. */
  PC(Owner.TASK, Width.CODE),
  /** The line of a step that the task has put off, + 1; 0 for none. Only where memory is not sequentially consistent. */
  LATE(Owner.TASK, Width.CODE),
  /** How the task has guessed the branch on what that step gives: 1 goes on below, 2 at its target; 0 for no guess. */
  GUESS(Owner.TASK, 2),
  /** Whether it is in an RCU read-side critical section. */
  IN_RCU(Owner.TASK, 1),
  /** Whether it was woken since it set its state. */
  WOKEN(Owner.TASK, 1),
  /** The node of the tree that it walks: 0 none, 1 in the tree, 2 freed, 3 replaced, and RCU keeps it. */
  NODE(Owner.TASK, 2),
  /** What a probe is about to read, or 0: only replay sets it. */
  SEEN(Owner.TASK, 9),
  /** A VMA in a register, as VMA + 1. */
  R_VMA(Owner.TASK, Width.VMA),
  /** Another. */
  R_OTHER(Owner.TASK, Width.VMA),
  /** An mm, as mm + 1. */
  R_OWNER(Owner.TASK, Width.MM),
  /** Another. */
  R_FOREIGN(Owner.TASK, Width.MM),
  /** A number that was read. */
  R_A(Owner.TASK, 4),
  /** Another. */
  R_B(Owner.TASK, 4),
  /** mm_lock_seq as mmap_lock_speculate_try_begin() read it. */
  R_WR(Owner.TASK, 4),
  /** What vm_refcnt became: see {@link Word}. */
  R_V(Owner.TASK, 2),
  /** What a try at a read lock gave. */
  R_GOT(Owner.TASK, 2),
  /** The first page that an operation is about. */
  R_FIRST(Owner.TASK, Width.PAGE),
  /** The last one. */
  R_LAST(Owner.TASK, Width.PAGE),
  /** Where it moves something, or takes it from. */
  R_TO(Owner.TASK, Width.PAGE),
  /** A page next to a place where a VMA is split. */
  R_AT(Owner.TASK, Width.PAGE),
  /** VMAs that were gathered, a bit for each. */
  R_LIST(Owner.TASK, Width.VMAS),
  /** Those of them that are still to be looked at. */
  R_TODO(Owner.TASK, Width.VMAS);

  /** What a field is of. */
  public enum Owner {
    MM, PAGE, VMA, TASK
  }

  /** What decides how many bits it takes. */
  enum Width {
    FIXED, TASK, TASKS, VMA, VMAS, MM, PAGE, CODE
  }

  final Owner owner;
  final Width width;
  private final int bits;

  StateField(Owner owner, int bits) {
    this.owner = owner;
    this.width = Width.FIXED;
    this.bits = bits;
  }

  StateField(Owner owner, Width width) {
    this.owner = owner;
    this.width = width;
    this.bits = 0;
  }

  /** Whether it is a register of a task. */
  boolean isRegister() {
    return name().startsWith("R_");
  }

  /** What it is of. */
  public Owner owner() {
    return owner;
  }

  int bits(StateLayout.Sizes of) {
    return switch (width) {
      case FIXED -> bits;
      case TASKS -> of.tasks();
      case VMAS -> of.vmas();
      case TASK -> Integer.SIZE - Integer.numberOfLeadingZeros(of.tasks());
      case VMA -> Integer.SIZE - Integer.numberOfLeadingZeros(of.vmas());
      case MM -> Integer.SIZE - Integer.numberOfLeadingZeros(of.mms());
      case PAGE -> Integer.SIZE - Integer.numberOfLeadingZeros(of.pages());
      case CODE -> Integer.SIZE - Integer.numberOfLeadingZeros(of.code());
    };
  }
}
