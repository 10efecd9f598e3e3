package io.vmatrace.checker.report;

import io.vmatrace.checker.report.Report.Quote;
import java.util.Set;

/**
 * The name of what findings have in common that one bug causes, the same in every recording of it: the rule, and the function that broke
 * it, such as R72/dup_mmap. Addresses, tasks, times and offsets in functions differ from run to run and are left out.
 */
public final class FindingId {
  private static final String RETURN = "_ret";

  /** Records of the function tracers: the function is the first word of their text. */
  private static final Set<String> TRACERS = Set.of("function", "funcgraph_entry", "funcgraph_exit");

  private FindingId() {}

  /**
   * The id of a finding.
   *
   * @param event the name of the event at which the rule was found broken
   * @param text the line of that event
   */
  public static String of(String rule, String event, String text) {
    return rule + "/" + function(event, text);
  }

  static String of(String rule, Quote at) {
    return of(rule, at.event(), at.text());
  }

  /**
   * Where a function's event was: in the function itself, or where it returned to, its caller. A probe prints either as
   * {@code (dup_mmap+0x1d9/0x7e0 <- vm_area_dup)}: print_kretprobe_event(), kernel/trace/trace_kprobe.c. Elsewhere it is the event's name.
   */
  private static String function(String event, String text) {
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
