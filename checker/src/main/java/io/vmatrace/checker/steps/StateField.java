package io.vmatrace.checker.steps;

/** A field of the state: of each mm, of each page of an mm, of each VMA, or of each task. Its values are small numbers from 0. */
public enum StateField {
  /** mm_lock_seq. */
  SEQ(Owner.MM, 5),
  /** Who holds the mmap_lock for writing, as task + 1; 0 for nobody. */
  WRITER(Owner.MM, 3),
  /** Who holds it for reading, a bit for each task. */
  READERS(Owner.MM, 6),
  /** vma_writer_wait, as task + 1. */
  WAITER(Owner.MM, 3),
  /** mm_users. */
  USERS(Owner.MM, 3),
  /** mm_count. */
  COUNT(Owner.MM, 4),
  /** Whether the mm is freed. */
  MM_FREED(Owner.MM, 1),

  /** Which VMA the tree has for a page, as VMA + 1. */
  TREE(Owner.PAGE, 3),
  /** Whether a page is present. */
  PTE(Owner.PAGE, 1),
  /** Whether the page tables of a page that is not mapped are freed. */
  TABLES_FREED(Owner.PAGE, 1),

  /** The count in vm_refcnt, without the flag. */
  REFCNT(Owner.VMA, 4),
  /** VM_REFCNT_EXCLUDE_READERS_FLAG, VMA_LOCK_OFFSET before 7.0. */
  FLAG(Owner.VMA, 1),
  /** vm_lock_seq. */
  LOCK_SEQ(Owner.VMA, 5),
  /** vm_mm, as mm + 1. */
  VM_MM(Owner.VMA, 2),
  /** The first page. */
  START(Owner.VMA, 4),
  /** The last page. */
  LAST(Owner.VMA, 4),
  /** 0: free; 1: allocated; 2: freed once those in RCU have left it. */
  LIVE(Owner.VMA, 2),
  /** The flag detached of kernels to 6.14. */
  DETACHED(Owner.VMA, 1),
  /** Who holds the VMA's rw_semaphore for reading, to 6.14. */
  SEM_READERS(Owner.VMA, 6),
  /** Whether it is held for writing, to 6.14. */
  SEM_WRITER(Owner.VMA, 1),
  /** Who is in RCU since before it was freed, to 6.14. */
  GRACE(Owner.VMA, 6),
  /** Whose look-up has it read-locked: no field of the kernel's. */
  HOLDERS(Owner.VMA, 6),

  /** The next step of a task. */
  PC(Owner.TASK, 10),
  /** Whether it is in an RCU read-side critical section. */
  IN_RCU(Owner.TASK, 1),
  /** Whether it was woken since it set its state. */
  WOKEN(Owner.TASK, 1),
  /** A VMA in a register, as VMA + 1. */
  R_VMA(Owner.TASK, 3),
  /** Another. */
  R_OTHER(Owner.TASK, 3),
  /** An mm, as mm + 1. */
  R_OWNER(Owner.TASK, 2),
  /** Another. */
  R_FOREIGN(Owner.TASK, 2),
  /** A number that was read. */
  R_A(Owner.TASK, 5),
  /** Another. */
  R_B(Owner.TASK, 5),
  /** What vm_refcnt became: see {@link Word}. */
  R_V(Owner.TASK, 2),
  /** What a try at a read lock gave. */
  R_GOT(Owner.TASK, 2),
  /** The first page that an operation is about. */
  R_FIRST(Owner.TASK, 4),
  /** The last one. */
  R_LAST(Owner.TASK, 4),
  /** VMAs that were gathered, a bit for each. */
  R_LIST(Owner.TASK, 6),
  /** Those of them that are still to be looked at. */
  R_TODO(Owner.TASK, 6);

  /** What a field is of. */
  public enum Owner {
    MM, PAGE, VMA, TASK
  }

  final Owner owner;
  final int bits;

  StateField(Owner owner, int bits) {
    this.owner = owner;
    this.bits = bits;
  }

  /** What it is of. */
  public Owner owner() {
    return owner;
  }
}
