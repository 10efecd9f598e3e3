/*
 * One task unmaps the only VMA of an mm (pages 0 and 1), READERS others fault in it. Written from the kernel's source, not
 * from the step table: mm/mmap_lock.c and include/linux/mmap_lock.h (7.0), mm/vma.c vms_gather_munmap_vmas() to vms_complete_munmap_vmas() (6.12),
 * arch/x86/mm/fault.c do_user_addr_fault(). Each line of a loop is one access of shared memory with the local work after it, and at names what
 * comes next; a local that is read no more is emptied, so that states compare with those of the explorer one for one. From 6.18 on RCU is left where
 * a read lock is not granted.
 *
 * -D: CHANGE (a field changes, nothing is unmapped), FAILS (the store in the tree may fail), IDLE (readers only, and vm_refcnt has a limit of 3; M7), ONE_PAGE;
 * READERS=1 to 4 (the first faults at page 0, the others at page 1); LATE (out of the tree first, then locked and detached); NO_SECOND_WAIT, M1, M2, M3, M6, M8, M9, M10, M13, M14, M19, M20.
 */
#ifndef READERS
#define READERS 1
#endif

#define LIMIT 3
#define ZERO 0
#define FLAG 1
#define FLAG_ONE 2
#define OTHER 3

byte seq = 2;          /* mm_lock_seq */
bit writer;            /* the mmap_lock */
byte readers;
bit waiting;           /* vma_writer_wait */
byte refcnt = 1;
bit flag;
byte lock_seq;         /* vm_lock_seq */
bit live = 1;
bit tree = 1;
bit pte[2];
bit tables_freed;
byte holders;          /* whose look-ups have the VMA read-locked: of the model only */
bit woken;
bit changed;

inline classify(into) {
  if
  :: flag == 0 && refcnt == 0 -> into = ZERO
  :: flag == 0 && refcnt != 0 -> into = OTHER
  :: flag == 1 && refcnt == 0 -> into = FLAG
  :: flag == 1 && refcnt == 1 -> into = FLAG_ONE
  :: flag == 1 && refcnt > 1 -> into = OTHER
  fi
}

#define DETACHED assert(refcnt == 0 && flag == 0 && holders == 0)
mtype = { down_write, seq_begin, erase_first, add_flag, prepare, set_state, read_count, sleep, finish, set_seq, sub_flag, dec, add_flag2, prepare2,
  set_state2, read_count2, sleep2, finish2, sub_flag2, zap_early, tables_early, free_early, erase, seq_end, downgrade, zap, tables, free, up_read, unmapped,
  rcu_lock, walk, load_lock_seq, load_seq, inc, load_mm, load_lock_seq_again, load_seq_again, put_mm, put_dec, put_wake, rcu_unlock_null, rcu_unlock_refused, rcu_unlock_again, rcu_lock_again, rcu_unlock,
  change, try_erase, reattach, unlock_seq, up_write, down_read_held, up_read_held, set_pte, end_mm, end_dec, end_wake, down_read, walk_slow, set_pte_slow, up_read_slow, done }

/* what comes when the detach is over */
#ifdef LATE
#define AFTER_DETACH seq_end
#else
#ifdef M14
#define AFTER_DETACH zap_early
#else
#ifdef FAILS
#define AFTER_DETACH try_erase
#else
#define AFTER_DETACH erase
#endif
#endif
#endif

/* what comes when the VMA is write-locked */
#ifdef M13
#define AFTER_LOCK erase
#else
#ifdef CHANGE
#define AFTER_LOCK change
#else
#define AFTER_LOCK dec
#endif
#endif

/* a field of the VMA is all that changes: mm/mempolicy.c vma_replace_policy() */
#ifdef CHANGE
#define WRITE_LOCKED skip
#else
#define WRITE_LOCKED assert(lock_seq == seq && writer == 1)
#endif

#ifdef M2
#define TARGET FLAG_ONE
#else
#define TARGET FLAG
#endif

active proctype unmapper() {
  byte v, b;
#ifdef IDLE
  mtype at = unmapped;
end_idle:
#else
  mtype at = down_write;
#endif

  do
  :: atomic { at == down_write && writer == 0 && readers == 0 -> writer = 1; at = seq_begin }
  :: atomic { at == seq_begin -> seq++;
#ifdef LATE
       at = erase_first }
  :: atomic { at == erase_first -> tree = 0; assert(seq % 2 == 1); b = seq; at = add_flag }
#else
#ifdef M13
       WRITE_LOCKED; at = dec }
#else
       assert(seq % 2 == 1); b = seq; at = add_flag }
#endif
#endif
    /* vma_start_write() */
  :: atomic { at == add_flag ->
       if
       :: flag == 0 && refcnt == 0 -> v = ZERO; at = set_seq
       :: else -> assert(flag == 0); flag = 1; at = prepare
       fi }
#ifdef M20
  :: atomic { at == prepare -> waiting = 1; at = read_count }
  :: atomic { at == read_count -> classify(v); at = set_state }
  :: atomic { at == set_state -> woken = 0;
       if
       :: v == FLAG_ONE -> at = finish
       :: else -> v = 0; at = sleep
       fi }
  :: atomic { at == sleep && woken == 1 -> woken = 0; at = read_count }
#else
  :: atomic { at == prepare -> waiting = 1; at = set_state }
  :: atomic { at == set_state -> woken = 0; at = read_count }
  :: atomic { at == read_count -> classify(v);
       if
       :: v == FLAG_ONE -> at = finish
       :: else -> v = 0; at = sleep
       fi }
  :: atomic { at == sleep && woken == 1 -> woken = 0; at = set_state }
#endif
  :: atomic { at == finish -> waiting = 0; at = set_seq }
  :: atomic { at == set_seq -> lock_seq = b; assert(holders == 0);
       if
       :: v == ZERO -> b = 0; WRITE_LOCKED; at = AFTER_LOCK
       :: else -> v = 0; b = 0; at = sub_flag
       fi }
  :: atomic { at == sub_flag -> flag = 0; WRITE_LOCKED; at = AFTER_LOCK }
    /* vma_mark_detached() */
  :: atomic { at == dec ->
#ifdef M3
       refcnt = 0; flag = 0; DETACHED; at = AFTER_DETACH }
#else
       assert(refcnt > 0); refcnt--; classify(v);
       if
       :: v == ZERO -> DETACHED; v = 0; at = AFTER_DETACH
       :: else ->
#if defined(M1) || defined(NO_SECOND_WAIT)
         DETACHED; v = 0; at = AFTER_DETACH
#else
         v = 0; at = add_flag2
#endif
       fi }
#endif
  :: atomic { at == add_flag2 ->
       if
       :: flag == 0 && refcnt == 0 -> DETACHED; v = 0; at = AFTER_DETACH
       :: else -> assert(flag == 0); flag = 1; at = prepare2
       fi }
#ifdef M20
  :: atomic { at == prepare2 -> waiting = 1; at = read_count2 }
  :: atomic { at == read_count2 -> classify(v); at = set_state2 }
  :: atomic { at == set_state2 -> woken = 0;
       if
       :: v == TARGET -> v = 0; at = finish2
       :: else -> v = 0; at = sleep2
       fi }
  :: atomic { at == sleep2 && woken == 1 -> woken = 0; at = read_count2 }
#else
  :: atomic { at == prepare2 -> waiting = 1; at = set_state2 }
  :: atomic { at == set_state2 -> woken = 0; at = read_count2 }
  :: atomic { at == read_count2 -> classify(v);
       if
       :: v == TARGET -> v = 0; at = finish2
       :: else -> v = 0; at = sleep2
       fi }
  :: atomic { at == sleep2 && woken == 1 -> woken = 0; at = set_state2 }
#endif
  :: atomic { at == finish2 -> waiting = 0; at = sub_flag2 }
  :: atomic { at == sub_flag2 -> flag = 0; DETACHED; v = 0; at = AFTER_DETACH }
  :: atomic { at == change -> changed = 1; assert(holders == 0); at = unlock_seq }
    /* vma_iter_clear_gfp() may fail: reattach_vmas() */
  :: atomic { at == try_erase -> tree = 0; at = seq_end }
  :: atomic { at == try_erase -> at = reattach }
  :: atomic { at == reattach -> assert(refcnt == 0 && flag == 0); refcnt = 1; at = unlock_seq }
  :: atomic { at == unlock_seq -> seq++; assert(lock_seq != seq); at = up_write }
  :: atomic { at == up_write -> writer = 0; at = unmapped; goto end_unmapped }
    /* vms_complete_munmap_vmas() */
  :: atomic { at == zap_early -> pte[0] = 0; pte[1] = 0; at = tables_early }
  :: atomic { at == tables_early -> tables_freed = 1; assert(pte[0] == 0 && pte[1] == 0); at = free_early }
  :: atomic { at == free_early -> live = 0; assert(holders == 0 && refcnt == 0 && flag == 0 && tree == 0); at = erase }
  :: atomic { at == erase -> tree = 0;
#ifdef M10
       assert(live == 0 || lock_seq != seq); at = downgrade }
#else
       at = seq_end }
#endif
  :: atomic { at == seq_end -> seq++; assert(live == 0 || lock_seq != seq); at = downgrade }
  :: atomic { at == downgrade -> writer = 0; readers = readers | 1;
#ifdef M14
       at = up_read }
#else
       at = zap }
#endif
  :: atomic { at == zap -> pte[0] = 0; pte[1] = 0; at = tables }
  :: atomic { at == tables -> tables_freed = 1; assert(pte[0] == 0 && pte[1] == 0); at = free }
  :: atomic { at == free -> live = 0; assert(holders == 0 && refcnt == 0 && flag == 0 && tree == 0); at = up_read }
  :: atomic { at == up_read -> readers = readers & 254; at = unmapped; goto end_unmapped }
  od;
end_unmapped:
  false
}

inline must_wake(yes) {
  if
  :: v == FLAG_ONE -> yes = 1
#ifndef M8
  :: v == FLAG -> yes = 1
#endif
#ifdef M9
  :: v == ZERO -> yes = 1
#endif
  :: else -> yes = 0
  fi
}

#define MINE (1 << _pid)

active [READERS] proctype faulter() {
  mtype at = rcu_lock;
#ifdef ONE_PAGE
  byte page = 0;
#else
  byte page = (_pid > 1 -> 1 : 0);
#endif
  byte a, b, v;
  bit vma, in_rcu;
  bit wakes;

  do
    /* lock_vma_under_rcu() */
  :: atomic { at == rcu_lock -> in_rcu = 1; at = walk }
  :: atomic { at == walk -> vma = tree;
       if
       :: vma == 0 -> at = rcu_unlock_null
       :: else -> at = load_lock_seq
       fi }
    /* vma_start_read() */
  :: atomic { at == load_lock_seq -> a = lock_seq; at = load_seq }
  :: atomic { at == load_seq -> b = seq;
       if
       :: a == b -> a = 0; b = 0; vma = 0; at = rcu_unlock_refused
       :: else -> a = 0; b = 0; at = inc
       fi }
  :: atomic { at == inc ->
       if
       :: flag == 1 -> vma = 0; at = rcu_unlock_refused
       :: flag == 0 && refcnt == 0 -> vma = 0; at = rcu_unlock_again
#ifdef IDLE
#ifdef M7
       :: flag == 0 && refcnt == LIMIT -> flag = 1; refcnt = 0; at = load_mm
#else
       :: flag == 0 && refcnt == LIMIT -> vma = 0; at = rcu_unlock_refused
#endif
#endif
       :: else -> refcnt++; at = load_mm
       fi }
#ifdef M6
  :: atomic { at == load_mm -> holders = holders | MINE; assert(!(lock_seq == seq && writer == 1)); at = rcu_unlock }
#else
  :: atomic { at == load_mm -> at = load_lock_seq_again }
#endif
  :: atomic { at == load_lock_seq_again -> a = lock_seq; at = load_seq_again }
  :: atomic { at == load_seq_again -> b = seq;
       if
       :: a == b -> a = 0; b = 0; at = put_mm
       :: else -> holders = holders | MINE; assert(!(lock_seq == seq && writer == 1)); a = 0; b = 0; at = rcu_unlock
       fi }
    /* vma_refcount_put() */
  :: atomic { at == put_mm -> at = put_dec }
  :: atomic { at == put_dec -> assert(refcnt > 0); refcnt--; classify(v); must_wake(wakes);
       if
       :: wakes == 1 -> wakes = 0; v = 0; vma = 0; at = put_wake
       :: else -> v = 0; vma = 0; at = rcu_unlock_refused
       fi }
  :: atomic { at == put_wake ->
       if
       :: waiting == 1 -> woken = 1
       :: else -> skip
       fi;
       at = rcu_unlock_refused }
  :: atomic { at == rcu_unlock_null -> in_rcu = 0; at = down_read }
  :: atomic { at == rcu_unlock_refused -> in_rcu = 0; at = down_read }
  :: atomic { at == rcu_unlock_again -> in_rcu = 0; at = rcu_lock_again }
  :: atomic { at == rcu_lock_again -> in_rcu = 1; at = walk }
  :: atomic { at == rcu_unlock -> in_rcu = 0;
#ifdef M19
       at = down_read_held }
#else
       at = set_pte }
#endif
  :: atomic { at == down_read_held && writer == 0 -> readers = readers | MINE; at = up_read_held }
  :: atomic { at == up_read_held -> readers = readers & ~MINE; at = set_pte }
  :: atomic { at == set_pte -> assert(live == 1 && tables_freed == 0); pte[page] = 1; holders = holders & ~MINE; at = end_mm }
    /* vma_end_read() */
  :: atomic { at == end_mm -> at = end_dec }
  :: atomic { at == end_dec -> assert(refcnt > 0); refcnt--; classify(v); must_wake(wakes);
       if
       :: wakes == 1 -> wakes = 0; v = 0; vma = 0; at = end_wake
       :: else -> v = 0; vma = 0; at = done; goto end_done
       fi }
  :: atomic { at == end_wake ->
       if
       :: waiting == 1 -> woken = 1
       :: else -> skip
       fi;
       at = done; goto end_done }
    /* under the mmap_lock */
  :: atomic { at == down_read && writer == 0 -> readers = readers | MINE; at = walk_slow }
  :: atomic { at == walk_slow -> vma = tree;
       if
       :: vma == 0 -> at = up_read_slow
       :: else -> at = set_pte_slow
       fi }
  :: atomic { at == set_pte_slow -> assert(live == 1 && tables_freed == 0); pte[page] = 1; vma = 0; at = up_read_slow }
  :: atomic { at == up_read_slow -> readers = readers & ~MINE; at = done; goto end_done }
  od;
end_done:
  false
}
