package io.vmatrace.parser.ftrace;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The functions in one line of a report, in every form that architectures print and that scripts/decode_stacktrace.sh and syzbot make of
 * it. Suffixes that the compiler gives ({@code .part.0}, {@code .constprop.0}) are left out.
 *
 * <pre>
 *  handle_mm_fault+0xbb/0x200                                    x86, arm64; with [module], (P), FILE:LINE behind it
 *  handle_mm_fault (mm/memory.c:5678 (discriminator 1))          decode_stacktrace.sh
 *  vma_end_read include/linux/mm.h:811 [inline]                  syzbot
 *  [c000000001bb39a0] [c00000000138832c] __schedule+0x3cc/0xed0  powerpc
 *  [&lt;000001c0a3e1d2f4&gt;] __schedule+0x3cc/0xed0                   s390, riscv, loongarch, older x86
 *  down_write from __vma_start_write+0x10/0x20                   arm (arch/arm/kernel/traps.c dump_backtrace_entry())
 *  [&lt;8027dcdc&gt;] (down_write) from [&lt;8027ead8&gt;] (__vma_start_write+0x10/0x20)   arm to 5.15
 * </pre>
 */
final class TraceLine {
  private static final String ADDRESSES = "(?:\\[<?(?:0x)?[0-9a-f]+>?\\]\\s+)*";
  private static final String NAME = "\\.?([A-Za-z_][\\w$]*)(?:\\.[\\w.$]+)?";
  private static final String OFFSET = "\\+0x[0-9a-f]+/0x[0-9a-f]+";
  private static final String PLACE = "(?:[\\w.+/-]+\\.(?:c|h|S|rs)|\\?\\?):[\\d?]+";

  private static final Pattern FRAME = Pattern.compile(ADDRESSES + NAME + "(?:" + OFFSET + "| \\(?" + PLACE + ").*");
  private static final Pattern CALL =
      Pattern.compile(ADDRESSES + "\\(?" + NAME + "(?:" + OFFSET + ")?(?: " + PLACE + ")?(?: \\[inline\\])?\\)? from " + ADDRESSES + "\\(?" + NAME + OFFSET + ".*");
  private static final Pattern INSTRUCTION = Pattern.compile("(?:^|[ :(])" + NAME + "(?:" + OFFSET + "| \\(?" + PLACE + ")");
  private static final Pattern IN_TITLE = Pattern.compile(" (?:in|at) (?:" + PLACE + " )?" + NAME + "(?:" + OFFSET + "| \\(?" + PLACE + "|[ ,]|$)");

  /** Lines within a trace that are no frames: unsure ones, markers, registers and stacks of an exception, ends of lines that were wrapped. */
  private static final Pattern BETWEEN =
      Pattern.compile("|<.*|" + ADDRESSES + "\\? .*|--- .*|\\(\\[<.*|Exception stack.*|r\\d+:.*|[0-9a-f]{4}: .*|.*\\(unreliable\\)|" + ADDRESSES + "0x[0-9a-f]+|\\(?" + PLACE + ".*");

  /** What comes after a trace: its end, a heading, of another trace perhaps, registers, and what is printed for every report. */
  private static final Pattern AFTER =
      Pattern.compile("</TASK>|.*:|(?:Modules linked in|CPU: |Hardware name|Code: |R[AS][XP]: |ORIG_RAX|CR2: |PKRU|---\\[|====|INFO: |Kernel |Showing all locks|Future hung task|task:|\"echo 0).*");

  /** How the lines begin that say where the CPU was. */
  private static final List<String> COUNTERS = List.of("RIP: ", "EIP: ", "EIP is at ", "pc : ", "PC is at ", "epc : ", "NIP ", "ERA: ", "Krnl PSW : ");

  private TraceLine() {}

  /** The functions of a line of a call trace, the inner one first; null when it is none, empty when it belongs to a trace and tells nothing. */
  static @Nullable List<String> functions(String text) {
    String line = text.strip();
    Matcher call = CALL.matcher(line);
    if (call.matches()) {
      return List.of(call.group(1), call.group(2));
    }
    if (BETWEEN.matcher(line).matches()) {
      return List.of();
    }
    Matcher frame = FRAME.matcher(line);
    return frame.matches() ? List.of(frame.group(1)) : null;
  }

  /** Whether a trace ends with a line, or before it. */
  static boolean endsTrace(String text) {
    String line = text.strip();
    return AFTER.matcher(line).matches() && !line.startsWith("Exception stack");
  }

  /** Whether a line says where the CPU was. */
  static boolean isInstruction(String text) {
    String line = text.strip();
    return COUNTERS.stream().anyMatch(line::startsWith);
  }

  /** The function in such a line; null in user mode, and where the line has only numbers. */
  static @Nullable String instruction(String text) {
    Matcher function = INSTRUCTION.matcher(text);
    return function.find() ? function.group(1) : null;
  }

  /** The function in {@code BUG: KASAN: slab-use-after-free in mas_walk+0x1/0x2} and {@code WARNING: mm/mmap_lock.c:90 at vma_mark_detached+0x1/0x2, CPU#1: …}. */
  static @Nullable String inTitle(String title) {
    boolean says = title.startsWith("BUG: K") || title.startsWith("WARNING: ");
    Matcher function = IN_TITLE.matcher(title);
    return says && function.find() ? function.group(1) : null;
  }
}
