package io.vmatrace.parser.event.specs;

import static io.vmatrace.parser.event.Field.*;

import io.vmatrace.parser.event.EventFamily;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.EventRow;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.ValueForm;
import io.vmatrace.parser.event.ValueText;

/**
 * System calls: those that change an address space, one by one, each call by its number, and some that every program makes when it starts.
 * Arguments have the names of SYSCALL_DEFINEn.
 */
public final class SyscallEvents {
  static final EventFamily FAMILY = EventFamily.after(SchedEvents.FAMILY);

  public static final EventKind SYS_ENTER_MMAP = enters("mmap", START, LENGTH, FLAGS).row();
  public static final EventKind SYS_ENTER_MUNMAP = enters("munmap", START, LENGTH).row();
  public static final EventKind SYS_ENTER_MPROTECT = enters("mprotect", START, LENGTH).row();

  /** START old address, LENGTH old length, NEW_LENGTH, FLAGS, ADDRESS the new address. */
  public static final EventKind SYS_ENTER_MREMAP = enters("mremap", START, LENGTH, NEW_LENGTH, FLAGS, ADDRESS).row();

  public static final EventKind SYS_ENTER_MADVISE = enters("madvise", START, LENGTH, FLAGS).row();
  public static final EventKind SYS_ENTER_BRK = enters("brk", ADDRESS).spelled(ADDRESS, "brk").row();
  public static final EventKind SYS_ENTER_CLONE = enters("clone", FLAGS).row();
  public static final EventKind SYS_ENTER_CLONE3 = enters("clone3").row();
  public static final EventKind SYS_ENTER_FORK = enters("fork").row();
  public static final EventKind SYS_ENTER_VFORK = enters("vfork").row();
  public static final EventKind SYS_ENTER_EXECVE = enters("execve").text(ValueText.STRINGS).row();
  public static final EventKind SYS_ENTER_EXECVEAT = enters("execveat").text(ValueText.STRINGS).row();
  public static final EventKind SYS_ENTER_EXIT = enters("exit").row();
  public static final EventKind SYS_ENTER_EXIT_GROUP = enters("exit_group").row();

  /** It has no exit: it gives the task the registers of before the signal, so that the number of its call is -1. */
  public static final EventKind SYS_ENTER_RT_SIGRETURN = enters("rt_sigreturn").row();

  public static final EventKind SYS_ENTER_SET_ROBUST_LIST = enters("set_robust_list").text(ValueText.STRINGS).row();
  public static final EventKind SYS_ENTER_SET_TID_ADDRESS = enters("set_tid_address").text(ValueText.STRINGS).row();
  public static final EventKind SYS_ENTER_RSEQ = enters("rseq").text(ValueText.STRINGS).row();

  /** Any other system call. */
  public static final EventKind SYS_ENTER_OTHER = enters("").text(ValueText.STRINGS).row();

  public static final EventKind SYS_EXIT_MMAP = exits("mmap").form(RET, ValueForm.ADDRESS).row();
  public static final EventKind SYS_EXIT_MUNMAP = exits("munmap").row();
  public static final EventKind SYS_EXIT_MPROTECT = exits("mprotect").row();
  public static final EventKind SYS_EXIT_MREMAP = exits("mremap").form(RET, ValueForm.ADDRESS).row();
  public static final EventKind SYS_EXIT_MADVISE = exits("madvise").row();
  public static final EventKind SYS_EXIT_BRK = exits("brk").form(RET, ValueForm.ADDRESS).row();
  public static final EventKind SYS_EXIT_CLONE = exits("clone").row();
  public static final EventKind SYS_EXIT_CLONE3 = exits("clone3").row();
  public static final EventKind SYS_EXIT_FORK = exits("fork").row();
  public static final EventKind SYS_EXIT_VFORK = exits("vfork").row();
  public static final EventKind SYS_EXIT_EXECVE = exits("execve").row();
  public static final EventKind SYS_EXIT_EXECVEAT = exits("execveat").row();

  /** Any other system call. */
  public static final EventKind SYS_EXIT_OTHER = exits("").row();

  /** Whatever call, by its number, with its first five arguments. */
  public static final EventKind RAW_SYS_ENTER =
      FAMILY
          .tracepoint("sys_enter", "raw_syscalls/sys_enter")
          .named("RAW_SYS_ENTER")
          .onDemand()
          .fields(SYSCALL_NR, START, LENGTH, NEW_LENGTH, FLAGS, ADDRESS)
          .text(ValueText.RAW_SYSCALL)
          .shows(Op.SYSCALL_ENTER)
          .row();

  public static final EventKind RAW_SYS_EXIT =
      FAMILY
          .tracepoint("sys_exit", "raw_syscalls/sys_exit")
          .named("RAW_SYS_EXIT")
          .onDemand()
          .fields(SYSCALL_NR, RET)
          .text(ValueText.RAW_SYSCALL)
          .shows(Op.SYSCALL_EXIT)
          .row();

  private static EventRow enters(String name, Field... fields) {
    return FAMILY
        .enters(name)
        .fields(fields)
        .spelled(START, "addr", "start")
        .spelled(LENGTH, "len", "len_in", "old_len")
        .spelled(NEW_LENGTH, "new_len")
        .spelled(ADDRESS, "new_addr")
        .spelled(FLAGS, "flags", "behavior", "clone_flags")
        .text(ValueText.ARGUMENTS)
        .shows(Op.SYSCALL_ENTER);
  }

  private static EventRow exits(String name) {
    return FAMILY.exits(name).fields(RET).text(ValueText.RESULT).shows(Op.SYSCALL_EXIT);
  }

  private SyscallEvents() {}
}
