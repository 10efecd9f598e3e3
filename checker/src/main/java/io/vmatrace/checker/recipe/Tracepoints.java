package io.vmatrace.checker.recipe;

import java.util.List;

/** Commands that switch events on, to be run in the tracing directory. */
public final class Tracepoints {
  private Tracepoints() {}

  static String enable(String folder) {
    return "echo 1 > events/%s/enable".formatted(folder);
  }

  /** The commands for a folder: a filter keeps only the frees of mms, because those of all caches fill the buffer. */
  static List<String> record(String folder) {
    String filter = "echo 'name == \"mm_struct\"' > events/%s/filter".formatted(folder);
    return folder.startsWith("kmem/") ? List.of(filter, enable(folder)) : List.of(enable(folder));
  }

  /** The system calls that change an address space; docs/CAPTURE.md has the same. */
  public static List<String> syscalls() {
    return List.of(
        "for s in mmap munmap mprotect madvise brk clone clone3 execve mremap exit_group; do",
        "  echo 1 > events/syscalls/sys_enter_$s/enable; echo 1 > events/syscalls/sys_exit_$s/enable",
        "done");
  }
}
