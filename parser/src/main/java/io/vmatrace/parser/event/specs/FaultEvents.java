package io.vmatrace.parser.event.specs;

import static io.vmatrace.parser.event.Field.*;

import io.vmatrace.parser.event.EventFamily;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.ValueForm;

/** The functions that serve a page fault: mm/memory.c. */
public final class FaultEvents {
  static final EventFamily FAMILY = EventFamily.after(LookUpEvents.FAMILY);

  /** handle_mm_fault(vma, address, flags, regs). */
  public static final EventKind HANDLE_MM_FAULT =
      FAMILY
          .entry("handle_mm_fault")
          .fields(ADDRESS, FLAGS, VMA, MM)
          .sampled(START, END, REFCNT, LOCK_SEQ, MM_SEQ, DETACHED, RWSEM, RWSEM_COUNT, VM_FLAGS, ANON_VMA)
          .mandatory(VMA, ADDRESS, FLAGS)
          .arguments(VMA, ADDRESS, FLAGS)
          .fprobe(Generation.VMA_LOCKS, "address=address:x64 flags=flags:x32 $V vm_flags=vma->vm_flags:x64 anon_vma=vma->anon_vma:x64")
          .certain()
          .shows(Op.HANDLE_MM_FAULT)
          .row();

  public static final EventKind HANDLE_MM_FAULT_RET =
      FAMILY
          .returned("handle_mm_fault")
          .fields(RET, VMA, ADDRESS)
          .sampled(START, END, LOCK_SEQ, VM_FLAGS, ANON_VMA)
          .form(RET, ValueForm.FLAGS)
          .mandatory(RET)
          .worthKnowingBare()
          .arguments(VMA, ADDRESS, FLAGS)
          .fprobe(
              Generation.VMA_LOCKS,
              "ret=$retval:x32 vma=vma:x64 address=address:x64 start=vma->vm_start:x64 end=vma->vm_end:x64 lock_seq=vma->vm_lock_seq:u32"
                  + " vm_flags=vma->vm_flags:x64 anon_vma=vma->anon_vma:x64")
          .certain()
          .shows(Op.HANDLE_MM_FAULT_RET)
          .row();

  /** __vmf_anon_prepare(vmf): the VMA is reached through its argument only. */
  public static final EventKind VMF_ANON_PREPARE_RET =
      FAMILY
          .returned("__vmf_anon_prepare")
          .fields(RET, VMA)
          .form(RET, ValueForm.FLAGS)
          .mandatory(RET)
          .noArguments()
          .fprobe(Generation.VMA_LOCKS, "ret=$retval:x32 vma=vmf->vma:x64")
          .showsNone("it tells why a fault was tried again")
          .row();

  /** handle_userfault(vmf, reason): the VMA is reached through its argument only. */
  public static final EventKind HANDLE_USERFAULT =
      FAMILY
          .entry("handle_userfault")
          .fields(FLAGS, VMA)
          .mandatory(VMA)
          .noArguments()
          .fprobe(Generation.VMA_LOCKS, "flags=vmf->flags:x32 vma=vmf->vma:x64")
          .shows(Op.HANDLE_USERFAULT)
          .row();

  private FaultEvents() {}
}
