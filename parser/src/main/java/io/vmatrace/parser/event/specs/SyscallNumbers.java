package io.vmatrace.parser.event.specs;

import io.vmatrace.parser.event.EventKind;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which system call a number is, on the architectures whose arguments lie as the events of {@link SyscallEvents} have them. */
public final class SyscallNumbers {
  /** Whatever number: the calls are not told apart. */
  public static final SyscallNumbers UNKNOWN = new SyscallNumbers(false, false);

  private static final SyscallNumbers X86_64 = new SyscallNumbers(true, false);
  private static final SyscallNumbers GENERIC = new SyscallNumbers(false, true);

  private static final int MOST = 512;

  /** A call: its number on x86-64 (arch/x86/entry/syscalls/syscall_64.tbl), and in scripts/syscall.tbl; -1 where there is none. */
  private record Row(EventKind enter, int x86, int generic) {}

  private static Row[] rows() {
    return new Row[] {
      new Row(SyscallEvents.SYS_ENTER_MMAP, 9, 222),
      new Row(SyscallEvents.SYS_ENTER_MPROTECT, 10, 226),
      new Row(SyscallEvents.SYS_ENTER_MUNMAP, 11, 215),
      new Row(SyscallEvents.SYS_ENTER_BRK, 12, 214),
      new Row(SyscallEvents.SYS_ENTER_RT_SIGRETURN, 15, 139),
      new Row(SyscallEvents.SYS_ENTER_MREMAP, 25, 216),
      new Row(SyscallEvents.SYS_ENTER_MADVISE, 28, 233),
      new Row(SyscallEvents.SYS_ENTER_CLONE, 56, 220),
      new Row(SyscallEvents.SYS_ENTER_FORK, 57, -1),
      new Row(SyscallEvents.SYS_ENTER_VFORK, 58, -1),
      new Row(SyscallEvents.SYS_ENTER_EXECVE, 59, 221),
      new Row(SyscallEvents.SYS_ENTER_EXIT, 60, 93),
      new Row(SyscallEvents.SYS_ENTER_SET_TID_ADDRESS, 218, 96),
      new Row(SyscallEvents.SYS_ENTER_EXIT_GROUP, 231, 94),
      new Row(SyscallEvents.SYS_ENTER_SET_ROBUST_LIST, 273, 99),
      new Row(SyscallEvents.SYS_ENTER_EXECVEAT, 322, 281),
      new Row(SyscallEvents.SYS_ENTER_RSEQ, 334, 293),
      new Row(SyscallEvents.SYS_ENTER_CLONE3, 435, 435)
    };
  }

  private final EventKind[] entered = new EventKind[MOST];
  private final EventKind[] left = new EventKind[MOST];

  private SyscallNumbers(boolean x86, boolean generic) {
    Arrays.fill(entered, SyscallEvents.SYS_ENTER_OTHER);
    Arrays.fill(left, SyscallEvents.SYS_EXIT_OTHER);
    for (Row row : rows()) {
      int number = x86 ? row.x86 : generic ? row.generic : -1;
      if (number >= 0) {
        entered[number] = row.enter;
        left[number] = SyscallPairs.exitOf(row.enter);
      }
    }
  }

  /** The numbers of an architecture, as uname -m has it; null and what is not known give {@link #UNKNOWN}. */
  public static SyscallNumbers of(@Nullable String architecture) {
    return switch (Objects.requireNonNullElse(architecture, "")) { // with "case null" the JVM would spin classes for 90 ms
      case "x86_64" -> X86_64;
      case "aarch64", "riscv64", "loongarch64" -> GENERIC;
      default -> UNKNOWN;
    };
  }

  /** The begin of the call of a number. */
  public EventKind entered(long number) {
    return number < 0 || number >= MOST ? SyscallEvents.SYS_ENTER_OTHER : entered[(int) number];
  }

  /** The end of the call of a number. */
  public EventKind left(long number) {
    return number < 0 || number >= MOST ? SyscallEvents.SYS_EXIT_OTHER : left[(int) number];
  }
}
