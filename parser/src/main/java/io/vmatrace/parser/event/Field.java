package io.vmatrace.parser.event;

import java.util.List;
import java.util.Locale;

/**
 * A named value that an event may carry. Every value is one {@code long}: pointers and addresses as printed (hashed or raw),
 * booleans as 0 or 1, 32-bit unsigned values (refcnt, sequence numbers, flags) zero-extended, signed values sign-extended.
 */
public enum Field {
  /** {@code struct mm_struct *}. */
  MM(ValueForm.ADDRESS, Register.LONG, "mm", "vm_mm"),
  /** {@code struct vm_area_struct *}; for ma_write the stored entry ({@code val}), 0 when the range was cleared. */
  VMA(ValueForm.ADDRESS, Register.LONG, "vma", "val", "ret"),
  /** First byte of a range: vm_start, start of a munmap, {@code index} of a maple tree event, addr of a syscall. */
  START(ValueForm.ADDRESS, Register.LONG, "start", "vm_start", "index"),
  /** One past the last byte of a range: vm_end, end of a munmap; for maple tree events {@code last + 1}, which is 0 at the top. */
  END(ValueForm.ADDRESS, Register.LONG, "end", "vm_end", "last"),
  /** Faulting or looked-up address. */
  ADDRESS(ValueForm.ADDRESS, Register.LONG, "address", "addr", "at", "from", "from_addr"),
  /** fault flags (enum fault_flag), clone_flags, mmap flags or page-fault error_code: what the event calls its flags. */
  FLAGS(ValueForm.FLAGS, Register.UNSIGNED_INT, "flags", "fl", "error_code", "clone_flags"),
  /** Return value. */
  RET(ValueForm.NUMBER, Register.INT, "ret"),
  /** {@code vma->vm_refcnt} as an unsigned 32-bit value. */
  REFCNT(ValueForm.NUMBER, Register.LONG, "refcnt", "vm_refcnt"),
  /** {@code vma->vm_lock_seq} as an unsigned 32-bit value. */
  LOCK_SEQ(ValueForm.NUMBER, Register.LONG, "lock_seq", "seq", "vseq", "vm_lock_seq"),
  /** {@code vma->vm_mm->mm_lock_seq} as an unsigned 32-bit value. */
  MM_SEQ(ValueForm.NUMBER, Register.UNSIGNED_INT, "mm_seq", "mmseq", "mm_lock_seq"),
  /** {@code vma->detached} (6.4 to 6.14), 0 or 1. */
  DETACHED(ValueForm.BOOLEAN, Register.LONG, "detached", "det"),
  /** {@code vma->vm_lock}, the address of its separate rwsem (6.4 to 6.14). */
  RWSEM(ValueForm.ADDRESS, Register.LONG, "rwsem", "rwaddr", "vm_lock"),
  /** The count word of that rwsem. */
  RWSEM_COUNT(ValueForm.NUMBER, Register.LONG, "rwsem_count", "rw"),
  /** {@code mm->mm_users}, of the mm in which a VMA is looked up. */
  MM_USERS(ValueForm.NUMBER, Register.INT, "users", "mm_users"),
  /** {@code mm->mm_mt.ma_flags}, of the mm in which a VMA is looked up. */
  MT_FLAGS(ValueForm.FLAGS, Register.LONG, "mt_flags", "ma_flags"),
  /** {@code vma->vm_flags}. */
  VM_FLAGS(ValueForm.FLAGS, Register.LONG, "vm_flags"),
  /** {@code vma->anon_vma}. */
  ANON_VMA(ValueForm.ADDRESS, Register.LONG, "anon_vma"),
  /** {@code vma->vm_policy}. */
  POLICY(ValueForm.ADDRESS, Register.LONG, "policy", "vm_policy"),
  /** {@code vm_refcnt} of the VMA that vma_complete() inserts. */
  INSERT_REFCNT(ValueForm.NUMBER, Register.LONG, "ins_refcnt", "insert_refcnt"),
  /** {@code vm_lock_seq} of the VMA that vma_complete() removes, as an unsigned 32-bit value. */
  REMOVE_LOCK_SEQ(ValueForm.NUMBER, Register.LONG, "rem_seq", "remove_lock_seq"),
  /** {@code vm_lock_seq} of the VMA that is copied, as an unsigned 32-bit value. */
  ORIG_LOCK_SEQ(ValueForm.NUMBER, Register.LONG, "orig_lock_seq"),
  /** {@code mm_lock_seq} of its mm, as an unsigned 32-bit value. */
  ORIG_MM_SEQ(ValueForm.NUMBER, Register.UNSIGNED_INT, "orig_mm_seq"),
  /** 1 when the mmap_lock event concerns the write side. */
  WRITE(ValueForm.BOOLEAN, Register.LONG, "write"),
  /** 1 when an acquisition succeeded. */
  SUCCESS(ValueForm.BOOLEAN, Register.LONG, "success"),
  /** A second VMA or mm: orig of vm_area_dup, oldmm of dup_mmap, insert of vma_prepare and vma_complete; ptr of kmem_cache_free. */
  OTHER(ValueForm.ADDRESS, Register.LONG, "orig", "insert", "oldmm"),
  /** remove of vma_prepare and vma_complete. */
  REMOVE(ValueForm.ADDRESS, Register.LONG, "remove"),
  /** {@code piv} of ma_write: where a store that spans nodes goes past its first one. Then it is only being prepared; what stores has 0, or a slot. */
  PIVOT(ValueForm.ADDRESS, Register.LONG, "piv"),
  /** Length in bytes of a syscall's range; new_len of mremap is NEW_LENGTH. */
  LENGTH(ValueForm.NUMBER, Register.LONG, "len", "length"),
  /** new_len of mremap. */
  NEW_LENGTH(ValueForm.NUMBER, Register.LONG),
  /** Address of a contended lock, or of the rcuwait that is woken. */
  LOCK(ValueForm.ADDRESS, Register.LONG, "w", "lock_addr"),
  /** Another task's pid: child of a fork, next_pid of sched_switch. */
  PID(ValueForm.NUMBER, Register.LONG, "pid", "child_pid", "next_pid"),
  /** prev_state of sched_switch as its first letter (ASCII), e.g. 'R', 'D', 'S'; R+ is 'R'. */
  STATE(ValueForm.LETTER, Register.LONG),
  /** group_dead of sched_process_exit, detaching of __vma_start_exclude_readers, new_below of __split_vma: 0 or 1. */
  FLAG(ValueForm.BOOLEAN, Register.INT, "detaching", "new_below", "below", "group_dead"),
  /** CPU of a loss marker, or -1 when it names none. */
  CPU(ValueForm.NUMBER, Register.LONG),
  /** Number of events that a loss marker says are gone, or 0 when it does not say. */
  COUNT(ValueForm.NUMBER, Register.LONG),
  /** Number of a system call. */
  SYSCALL_NR(ValueForm.NUMBER, Register.LONG, "id");

  static final int N = values().length;

  private final ValueForm form;
  private final Register register;
  private final List<String> spellings;
  private final String camelCase;

  Field(ValueForm form, Register register, String... spellings) {
    this.form = form;
    this.register = register;
    this.spellings = List.of(spellings);
    camelCase = camelCase(name());
  }

  /** How its value is written where an event's row says nothing else. */
  public ValueForm form() {
    return form;
  }

  /** The keys under which captures print it, the usual one first, where an event's row says nothing else. */
  public List<String> spellings() {
    return spellings;
  }

  /** Its name in reports and streams: lockSeq for LOCK_SEQ. */
  public String camelCase() {
    return camelCase;
  }

  /** Its value as it lies in a register: of an int only the lower half means something. */
  public long ofRegister(long value) {
    return switch (register) {
      case UNSIGNED_INT -> value & 0xffff_ffffL;
      case INT -> (int) value;
      case LONG -> value;
    };
  }

  private static String camelCase(String name) {
    StringBuilder camelCase = new StringBuilder();
    for (String word : name.toLowerCase(Locale.ROOT).split("_", -1)) {
      camelCase.append(camelCase.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return camelCase.toString();
  }

  /** What of a register is the value, where it is a function's argument or result. */
  private enum Register {
    INT,
    UNSIGNED_INT,
    LONG
  }
}
