package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.event.ConsoleReport.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The first lines of a report: which of them says what the trouble is, and the lines that are kept of the report, the titles first. Behind
 * {@code cut here} WARN() prints any text, and then {@code WARNING: …} (kernel/panic.c __warn_printk(), __warn()); what another CPU prints
 * in between looks like such a text.
 */
final class ReportHead {
  private static final int KEPT_LINES = 60;

  /** {@code WARNING: CPU: 1 PID: 801 at include/linux/rwsem.h:195}, as far as it is the same for each function that was inlined there. */
  private static final Pattern ASSERTED = Pattern.compile("WARNING: .*?\\.[chS]:\\d+(?: |$)");

  /** What names another speaker: {@code usb 1-1: }, {@code EXT4-fs (sda1): }, {@code systemd[1]: }, {@code audit: }, {@code type=SYSCALL msg=audit(…): }. */
  private static final Pattern SPEAKER = Pattern.compile("[\\w./-]+(?:\\[\\d+])?(?: \\(?[\\w.:/-]+\\)?){0,2}: .*|type=\\w+ msg=audit\\(.*");

  /** A line that may be the title, and its number. */
  private record Candidate(String text, long at) {}

  private final List<String> lines = new ArrayList<>();
  private final List<Candidate> candidates = new ArrayList<>();
  private Kind kind = Kind.WARNING;
  private @Nullable String title;
  private long at;

  /** How many of the lines are titles, which stand before the others. */
  private int titles;

  Kind kind() {
    return kind;
  }

  /** The line that names the trouble; null before there is a line. */
  @Nullable String title() {
    return title != null ? title : candidates.isEmpty() ? null : likeliest().text;
  }

  long at() {
    return title != null || candidates.isEmpty() ? at : likeliest().at;
  }

  List<String> lines() {
    return lines;
  }

  /** Whether no line yet is one that only the kernel's reports begin with. */
  boolean isOpen() {
    return title == null;
  }

  /** Takes the next line of the report. */
  void line(long number, @Nullable Kind of, String text) {
    if (of == null) {
      if (title == null) {
        candidates.add(new Candidate(text, number));
      }
      keep(lines.size(), text);
      return;
    }
    if (title == null) {
      begin(number, of, text);
    } else {
      kind = kind == Kind.WARNING ? of : kind;
      keep(titles++, text);
    }
  }

  private void begin(long number, Kind of, String text) {
    kind = of;
    boolean told = text.startsWith("WARNING: ") && !candidates.isEmpty() && !isSpeaker(likeliest().text);
    Candidate first = told ? likeliest() : new Candidate(text, number);
    title = first.text;
    at = first.at;
    candidates.forEach(candidate -> lines.remove(candidate.text));
    candidates.clear();
    keep(titles++, title);
    if (told) {
      keep(titles++, text);
    }
  }

  /** Of lines that may be anybody's the last that names no speaker, else the first. */
  private Candidate likeliest() {
    return candidates.reversed().stream().filter(candidate -> !candidate.text.isBlank() && !isSpeaker(candidate.text)).findFirst().orElse(candidates.getFirst());
  }

  private static boolean isSpeaker(String text) {
    return text.isBlank() || SPEAKER.matcher(text).matches();
  }

  private void keep(int where, String text) {
    if (lines.size() < KEPT_LINES || where < lines.size()) {
      lines.add(where, text);
    }
  }

  /** Whether a line that could begin a report belongs to the title there is: {@code kernel BUG at …}, then {@code Oops: …}. */
  boolean goesOnWith(Kind next, String text) {
    if (title == null) {
      return next == Kind.BUG || next == Kind.OOPS || next == Kind.WARNING;
    }
    boolean counted = title.startsWith("refcount_t: ") && text.startsWith("WARNING: ");
    return next == Kind.OOPS && kind != Kind.WARNING || counted || isInlined(text);
  }

  /**
   * {@code BUG: KASAN: … in atomic_read include/…:32 [inline]}, {@code WARNING: ./include/linux/mmap_lock.h:340 at …}: the same title again,
   * of the function that the one before was inlined into.
   */
  private boolean isInlined(String text) {
    int in = text.startsWith("BUG: K") ? text.indexOf(" in ") + 4 : 0;
    Matcher asserted = ASSERTED.matcher(text);
    boolean cut = text.startsWith("WARNING: ") && text.endsWith(" at");
    int same = asserted.lookingAt() ? asserted.end() : cut ? text.length() : in > 4 ? in : -1;
    return same > 0 && title != null && title.startsWith(text.substring(0, same));
  }
}
