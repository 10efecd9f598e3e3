package io.vmatrace.parser.event;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A kernel's own report in its log: an oops, a BUG, a warning, a hung task, a stall. All of it is text of the log; what the log
 * does not say is null, -1 or empty.
 *
 * @param title the line that names the trouble, e.g. {@code kernel BUG at mm/rmap.c:1472!}
 * @param function where the CPU was, without offset, e.g. {@code folio_add_new_anon_rmap}; null when not said
 * @param pid the task that was current, -1 when not said
 * @param comm its name, empty when not said
 * @param cpu -1 when not said
 * @param release uname -r as the report prints it, or null
 * @param frames functions of the call trace, innermost first, without those that the kernel marks as unsure; before them the functions
 *     that {@code function} was inlined into, where the log names them
 * @param locks classes of the locks that a report of lockdep is about, not of those that merely are held
 * @param dumped what an assertion printed before its report, such as {@code vma}, {@code mm} or {@code page}, or the
 *     cache of the object that KASAN's or KFENCE's is about, such as {@code mm_struct}; empty when nothing
 * @param ownerFrames of a hung task: the functions that the holder of what it waits for is in, innermost first, where the log says
 * @param line where the title is, from 1
 * @param lines its lines as far as they are kept, without stamps
 */
public record ConsoleReport(
    Kind kind,
    String title,
    @Nullable String function,
    int pid,
    String comm,
    int cpu,
    @Nullable String release,
    List<String> frames,
    List<String> locks,
    String dumped,
    List<String> ownerFrames,
    long line,
    List<String> lines) {

  /** The kind of report. */
  public enum Kind {
    /** {@code kernel BUG at FILE:LINE!} and {@code BUG: …}. */
    BUG,
    /** A fault of the CPU in the kernel: {@code Oops}, {@code Unable to handle kernel …}, {@code general protection fault}. */
    OOPS,
    WARNING,
    /** {@code INFO: task COMM:PID blocked for more than N seconds.} */
    HUNG_TASK,
    /** RCU stalls and lockups. */
    STALL,
    PANIC
  }

  /** All functions that it names. */
  public Set<String> functions() {
    Set<String> functions = new LinkedHashSet<>(frames);
    functions.addAll(ownerFrames);
    if (function != null) {
      functions.add(function);
    }
    return functions;
  }

  public ConsoleReport {
    frames = List.copyOf(frames);
    locks = List.copyOf(locks);
    ownerFrames = List.copyOf(ownerFrames);
    lines = List.copyOf(lines);
  }
}
