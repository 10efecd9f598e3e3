package io.vmatrace.checker.stats;

import io.vmatrace.parser.input.QuotedEvent;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What system calls are called, by the event with which they begin. */
final class SystemCallNames {
  private static final String ENTER = "sys_enter_";
  private static final Pattern NUMBER = Pattern.compile("\\bNR (\\d+)\\b|\\bid[:=] ?(\\d+)\\b");

  /** Numbers on x86-64: arch/x86/entry/syscalls/syscall_64.tbl, Linux 6.18. Those that may take an mmap_lock, and some of which there are many. */
  private static final List<String> X86_64 =
      List.of(
      "0 read", "1 write", "2 open", "3 close", "4 stat", "5 fstat", "6 lstat", "7 poll",
      "8 lseek", "13 rt_sigaction", "14 rt_sigprocmask", "15 rt_sigreturn", "16 ioctl", "17 pread64", "18 pwrite64", "19 readv",
      "20 writev", "23 select", "26 msync", "27 mincore", "30 shmat", "31 shmctl", "35 nanosleep", "44 sendto",
      "45 recvfrom", "46 sendmsg", "47 recvmsg", "56 clone", "57 fork", "58 vfork", "59 execve", "60 exit",
      "61 wait4", "67 shmdt", "89 readlink", "101 ptrace", "149 mlock", "150 munlock", "151 mlockall", "152 munlockall",
      "157 prctl", "158 arch_prctl", "202 futex", "216 remap_file_pages", "217 getdents64", "230 clock_nanosleep", "231 exit_group", "232 epoll_wait",
      "237 mbind", "238 set_mempolicy", "239 get_mempolicy", "247 waitid", "256 migrate_pages", "257 openat", "262 newfstatat", "279 move_pages",
      "281 epoll_pwait", "302 prlimit64", "310 process_vm_readv", "311 process_vm_writev", "318 getrandom", "322 execveat", "323 userfaultfd", "324 membarrier",
      "325 mlock2", "329 pkey_mprotect", "332 statx", "425 io_uring_setup", "426 io_uring_enter", "427 io_uring_register", "435 clone3", "440 process_madvise",
      "448 process_mrelease", "450 set_mempolicy_home_node", "453 map_shadow_stack", "462 mseal");

  private final Map<String, String> byNumber;

  /**
   * The names for a capture.
   *
   * @param architecture as uname -m has it, or null
   */
  SystemCallNames(@Nullable String architecture) {
    byNumber = "x86_64".equals(architecture)
        ? X86_64.stream().collect(Collectors.toMap(row -> row.substring(0, row.indexOf(' ')), row -> row.substring(row.indexOf(' ') + 1)))
        : Map.of();
  }

  /** The name of a call that begins with an event: read() where that is sys_enter_read, or its number, where only that is known. */
  String of(QuotedEvent begin) {
    if (begin.event().startsWith(ENTER)) {
      return begin.event().substring(ENTER.length()) + "()";
    }
    if (begin.event().equals("sys_enter")) {
      Matcher number = NUMBER.matcher(begin.text());
      if (number.find()) {
        String digits = number.group(1) == null ? number.group(2) : number.group(1);
        String name = byNumber.get(digits);
        return name == null ? "system call " + digits : name + "()";
      }
    }
    return begin.event().startsWith("sys_") ? begin.event().substring("sys_".length()) + "()" : "a system call";
  }
}
