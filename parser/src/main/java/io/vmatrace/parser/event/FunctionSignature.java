package io.vmatrace.parser.event;

import static io.vmatrace.parser.event.Field.*;

import org.jspecify.annotations.Nullable;

/**
 * Which argument of a function is which value of its events, by position, and what it returns: where a record has registers and no
 * names. Arguments are recorded since 6.15 (CONFIG_FUNCTION_TRACE_ARGS), so that the signatures are those of 6.15 to 7.3.
 */
public final class FunctionSignature {
  private static final @Nullable Field[] NONE = {};
  private static final @Nullable Field[] MM_ADDRESS = {MM, ADDRESS};
  private static final @Nullable Field[] MM_VMI_ADDRESS = {MM, null, ADDRESS};
  private static final @Nullable Field[] VMA_ADDRESS_FLAGS = {VMA, ADDRESS, FLAGS};
  private static final @Nullable Field[] VMA_MM_SEQ = {VMA, MM_SEQ};
  private static final @Nullable Field[] VMA_ONLY = {VMA};
  private static final @Nullable Field[] MM_ONLY = {MM};
  private static final @Nullable Field[] ORIG = {OTHER};
  private static final @Nullable Field[] MM_VMA = {MM, VMA};
  private static final @Nullable Field[] SPLIT = {null, VMA, ADDRESS, FLAG};
  private static final @Nullable Field[] MPROTECT = {null, null, VMA, null, START, END};
  private static final @Nullable Field[] VMA_ADDRESS = {VMA, ADDRESS};
  private static final @Nullable Field[] MM_OLDMM = {MM, OTHER};
  private static final @Nullable Field[] RCUWAIT = {LOCK};

  private FunctionSignature() {}

  /**
   * What the first arguments of the function of a call or return are; null in the place of one that no event has.
   *
   * @param major first number of the kernel's release, 0 when it is not known: the second argument of __vma_start_write() is
   *     mm_lock_seq in 6.15 to 6.19, and a task state in 7.0 and later (docs/PROTOCOL.md, What each release has)
   */
  public static @Nullable Field[] arguments(EventKind kind, int major) {
    return switch (kind) {
      // mm/mmap_lock.c; lock_next_vma() is there since 6.17
      case LOCK_VMA_UNDER_RCU, LOCK_VMA_UNDER_RCU_RET -> MM_ADDRESS;
      case LOCK_NEXT_VMA, LOCK_NEXT_VMA_RET -> MM_VMI_ADDRESS;
      case VMA_START_WRITE, VMA_START_WRITE_RET -> major == 6 ? VMA_MM_SEQ : VMA_ONLY;
      case VMA_EXCLUDE_READERS_FOR_DETACH, VMA_EXCLUDE_READERS_FOR_DETACH_RET, VMA_MARK_DETACHED, VMA_MARK_DETACHED_RET -> VMA_ONLY;
      // mm/memory.c handle_mm_fault(vma, address, flags, regs)
      case HANDLE_MM_FAULT, HANDLE_MM_FAULT_RET -> VMA_ADDRESS_FLAGS;
      // kernel/fork.c, mm/vma_init.c
      case VM_AREA_ALLOC_RET -> MM_ONLY;
      case VM_AREA_DUP_RET -> ORIG;
      case VM_AREA_FREE -> VMA_ONLY;
      // mm/vma.c; __split_vma(vmi, vma, addr, new_below)
      case REMOVE_VMA -> VMA_ONLY;
      case VMA_LINK -> MM_VMA;
      case SPLIT_VMA -> SPLIT;
      case EXPAND_DOWNWARDS -> VMA_ADDRESS;
      // mm/mprotect.c mprotect_fixup(vmi, tlb, vma, pprev, start, end, newflags), mm/rmap.c
      case MPROTECT_FIXUP -> MPROTECT;
      case UNLINK_ANON_VMAS -> VMA_ONLY;
      // mm/mmap.c dup_mmap(mm, oldmm), exit_mmap(mm)
      case DUP_MMAP, DUP_MMAP_RET -> MM_OLDMM;
      case EXIT_MMAP -> MM_ONLY;
      // kernel/exit.c
      case RCUWAIT_WAKE_UP -> RCUWAIT;
      default -> NONE;
    };
  }

  /**
   * The slot of the value that a function returns in an event of its return, or -1 when it returns none.
   *
   * @param major first number of the kernel's release, 0 when it is not known: __vma_start_write() returns an int since 7.0, and
   *     nothing before
   */
  public static int returned(EventKind kind, int major) {
    return switch (kind) {
      case LOCK_VMA_UNDER_RCU_RET, LOCK_NEXT_VMA_RET, VM_AREA_ALLOC_RET, VM_AREA_DUP_RET -> kind.slot(VMA);
      case VMA_START_WRITE_RET -> major >= 7 ? kind.slot(RET) : -1;
      default -> kind.slot(RET);
    };
  }

  /**
   * Whether an event of a function says what happened; the end of handle_mm_fault() is worth knowing without its result.
   *
   * @param present the slots that have values, as a mask
   */
  public static boolean isComplete(EventKind kind, int present) {
    int mandatory = Keys.of(kind).mandatory();
    return (present & mandatory) == mandatory || kind == EventKind.HANDLE_MM_FAULT_RET;
  }

  /** A value as it lies in a register: of an int only the lower half means something. */
  public static long value(Field field, long register) {
    return switch (field) {
      case FLAGS, MM_SEQ -> register & 0xffff_ffffL; // unsigned int
      case FLAG, RET -> (int) register;
      default -> register;
    };
  }
}
