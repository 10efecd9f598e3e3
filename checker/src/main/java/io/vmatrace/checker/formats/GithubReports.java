package io.vmatrace.checker.formats;

import io.vmatrace.checker.report.FindingGroup;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Quote;
import io.vmatrace.checker.report.Report.Verdict;
import io.vmatrace.checker.report.ReportOutput;
import io.vmatrace.checker.report.ReportWriter;
import io.vmatrace.checker.report.Summary;
import io.vmatrace.checker.report.Unread;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reports as commands of a GitHub workflow, {@code ::error file=…,line=…,title=…::message}. The runner shows ten of each kind and leaves
 * the others out without a word, so the worst come first: that is known at the end, and until then only those are kept.
 */
final class GithubReports implements ReportWriter {
  /** The tenth says how many there are beside. */
  private static final int MOST_OF_A_KIND = 9;

  private enum Kind {
    ERROR,
    WARNING,
    NOTICE
  }

  /**
   * What is shown at one place.
   *
   * @param badness how far to the front it belongs: the lowest first
   * @param line from 1, or null
   */
  private record Annotation(int badness, String path, @Nullable Long line, String title, String message) {}

  private final ReportOutput output;
  private final Map<Kind, List<Annotation>> shown = new EnumMap<>(Kind.class);
  private final Map<Kind, Long> all = new EnumMap<>(Kind.class);

  GithubReports(ReportOutput output) {
    this.output = output;
  }

  @Override
  public void begin(boolean several) {
    // what comes first is known last
  }

  @Override
  public void capture(Report report) {
    if (report.unreadable() != null) {
      add(Kind.ERROR, new Annotation(-1, report.path(), null, Verdict.UNREADABLE.name(), report.unreadable()));
    } else if (report.verdict() == Verdict.INCONCLUSIVE) {
      add(Kind.WARNING, new Annotation(-1, report.path(), null, Verdict.INCONCLUSIVE.name(), String.join("; ", report.reasons())));
    }
    for (FindingGroup group : report.groups()) {
      add(GroupLines.fails(report, group) ? Kind.ERROR : Kind.NOTICE, annotation(report.path(), group));
    }
  }

  @Override
  public void unread(Unread input) {
    add(input.verdict() == Verdict.UNREADABLE ? Kind.ERROR : Kind.WARNING, new Annotation(-1, input.path(), null, input.verdict().name(), input.error()));
  }

  private static Annotation annotation(String path, FindingGroup group) {
    Quote at = group.first().brokenAt();
    String message = "%s%s\n%s".formatted(GroupLines.head(group), group.known() ? ", known" : "", Visible.of(at.text()));
    return new Annotation(group.severity().ordinal(), path, at.line(), group.cause(), message);
  }

  private void add(Kind kind, Annotation annotation) {
    List<Annotation> kept = shown.computeIfAbsent(kind, _ -> new ArrayList<>());
    kept.add(annotation);
    kept.sort(Comparator.comparingInt(Annotation::badness)); // keeps the order of equals
    if (kept.size() > MOST_OF_A_KIND) {
      kept.removeLast();
    }
    all.merge(kind, 1L, Long::sum);
  }

  @Override
  public void end(Summary summary) {
    shown.forEach((kind, kept) -> {
      kept.forEach(annotation -> write(line(kind, annotation)));
      long left = all.getOrDefault(kind, 0L) - kept.size();
      if (left > 0) {
        write("::%s title=vmatrace::and %d more".formatted(command(kind), left));
      }
    });
  }

  private static String line(Kind kind, Annotation annotation) {
    String place = annotation.line() == null ? "" : ",line=%d,endLine=%d".formatted(annotation.line(), annotation.line());
    return "::%s file=%s%s,title=%s::%s".formatted(
        command(kind), property(annotation.path()), place, property(annotation.title()), data(annotation.message()));
  }

  private static String command(Kind kind) {
    return switch (kind) {
      case ERROR -> "error";
      case WARNING -> "warning";
      case NOTICE -> "notice";
    };
  }

  private static String property(String text) {
    return data(text).replace(":", "%3A").replace(",", "%2C");
  }

  /** As the runner undoes it; other control characters it would show, and they are made visible. */
  private static String data(String text) {
    String[] lines = text.replace("%", "%25").split("\n", -1);
    List<String> visible = new ArrayList<>();
    for (String line : lines) {
      visible.add(Visible.of(line));
    }
    return String.join("%0A", visible);
  }

  private void write(String line) {
    output.write(line);
    output.write("\n");
  }
}
