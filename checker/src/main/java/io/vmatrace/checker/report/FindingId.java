package io.vmatrace.checker.report;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * The name of what findings have in common that one bug causes, the same in every recording of it: the rule, the function that broke it,
 * what it was part of, and the kind of the breach, such as R72/dup_mmap or R59/vm_area_free/munmap/under-reader. Addresses, tasks, times and
 * offsets in functions differ from run to run and are left out.
 */
public final class FindingId {
  /**
   * What two bugs may differ in that break a rule at one function.
   *
   * @param operation what the function was part of, such as munmap; empty where that is not told
   * @param call the system call, or page_fault; empty likewise. It counts where no event names a function: a bug in one is met in several calls
   * @param kind the kind of the breach, as the rule names it; empty where there is one
   */
  public record Way(String operation, String call, String kind) {
    /** Nothing is told. */
    public static final Way UNTOLD = new Way("", "", "");
  }

  private static final String RETURN = "_ret";

  /** Records of the function tracers: the function is the first word of their text. */
  private static final Set<String> TRACERS = Set.of("function", "funcgraph_entry", "funcgraph_exit");

  /** Tracepoints that many functions have: include/trace/events/mmap_lock.h, maple_tree.h, mmap.h, lock.h. */
  private static final Pattern SHARED = Pattern.compile("(.*:)?(mmap_lock_\\w+|ma_\\w+|vma_store|vma_mas_szero|contention_\\w+)");

  private FindingId() {}

  /**
   * The id of a finding.
   *
   * @param event the name of the event that broke the rule
   * @param text the line of that event
   */
  public static String of(String rule, String event, String text, Way way) {
    String function = function(event, text);
    StringBuilder id = new StringBuilder(rule).append('/').append(function);
    String path = isCaller(event, function) ? "" : !way.operation().isEmpty() ? way.operation() : SHARED.matcher(event).matches() ? way.call() : "";
    if (!path.isEmpty() && !path.equals(function)) {
      id.append('/').append(path);
    }
    return way.kind().isEmpty() ? id.toString() : id.append('/').append(way.kind()).toString();
  }

  /** Whether the function is the one that called the probed one: it says by itself what that was part of. */
  private static boolean isCaller(String event, String function) {
    return event.endsWith(RETURN) && !event.startsWith(function);
  }

  /**
   * Where a function's event was: in the function itself, or where it returned to, its caller. A probe prints either as
   * {@code (dup_mmap+0x1d9/0x7e0 <- vm_area_dup)}: print_kretprobe_event(), kernel/trace/trace_kprobe.c. Elsewhere it is the event's name.
   */
  public static String function(String event, String text) {
    if (TRACERS.contains(event)) {
      int from = text.indexOf(event + ": ") + event.length() + 2;
      int to = endOfName(text, from);
      return to > from ? withoutSuffix(text.substring(from, to)) : event;
    }
    int open = text.indexOf('(', text.indexOf(event + ":"));
    int end = endOfName(text, open + 1);
    boolean named = open >= 0 && end > open + 1 && text.startsWith("+0x", end);
    String name = named ? text.substring(open + 1, end) : event.endsWith(RETURN) ? event.substring(0, event.length() - RETURN.length()) : event;
    return withoutSuffix(name);
  }

  /** A function's name without what a compiler adds to one of which it made another: .isra.0, .part.0. */
  private static String withoutSuffix(String name) {
    int suffix = name.indexOf('.');
    return suffix > 0 ? name.substring(0, suffix) : name;
  }

  private static int endOfName(String text, int from) {
    int end = from;
    while (end < text.length() && isOfName(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isOfName(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.';
  }
}
