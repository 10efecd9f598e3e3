package io.vmatrace.checker.measure;

import io.vmatrace.checker.measure.ContenderCost.Latency;
import io.vmatrace.checker.measure.MeasureReport.Part;
import io.vmatrace.checker.measure.Operation.Call;
import io.vmatrace.checker.report.Page;
import io.vmatrace.checker.report.Style;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;

/** The measurements, for a person: a table for each part, of at most 80 columns. */
public final class MeasureText {
  /** A smaller share of the processors than this is mentioned. */
  private static final double BUSY = 0.9;

  private MeasureText() {}

  /** The tables. Intervals are of 95 % confidence, by Student's t over the JVMs of each contender. */
  public static String write(MeasureReport report, Style style) {
    Page page = new Page(style);
    page.line("%s  %s".formatted(style.strong("Measured"), report.path()));
    page.line("  %d processors, Java %s, %s".formatted(report.processors(), report.jvm(), settings(report.settings())));
    for (Part part : report.parts()) {
      page.line("");
      page.line(style.strong(title(part)));
      question(page, part);
      costs(page, part);
      busy(page, report, part);
      latencies(page, part);
      counts(page, part);
    }
    return page.text();
  }

  private static String settings(Measure.Settings settings) {
    return "%d JVM%s each, %d round%s in each".formatted(settings.forks(), settings.forks() == 1 ? "" : "s", settings.rounds(), settings.rounds() == 1 ? "" : "s");
  }

  private static String title(Part part) {
    return switch (part.kind()) {
      case FAULTS_ALONE -> "Faults alone, " + threads(part.threads());
      case FAULTS_TOGETHER -> "Faults alone, %s in one mm".formatted(threads(part.threads()));
      case ALL -> "All operations, " + threads(part.threads());
    };
  }

  private static String threads(int number) {
    return number == 1 ? "one thread" : "%d threads".formatted(number);
  }

  /** Today's order against what was discussed and what was before: whether they differ, and how much they would have to. */
  private static void question(Page page, Part part) {
    for (ContenderCost of : part.measured()) {
      for (String rival : of.contender().equals(Contender.SUBJECT) ? Contender.RIVALS : List.<String>of()) {
        Interval ratio = of.ratios().get(rival);
        if (ratio != null) {
          page.wrapped("  ", "    ", "%s costs %s times what %s does%s".formatted(of.contender(), digits(ratio.mean()), rival, certainty(ratio)));
        }
      }
    }
  }

  private static String certainty(Interval ratio) {
    if (ratio.samples() < 2) {
      return " (one JVM: no interval)";
    }
    String verdict = ratio.low() <= 1 && ratio.high() >= 1 ? "no difference is seen" : "they differ";
    double percent = 100 * (ratio.visible() - 1);
    String visible = percent < 1000 ? "%.0f %%".formatted(percent) : "a factor of %s".formatted(digits(ratio.visible()));
    return " (%s to %s): %s; four runs of five like this one would show a difference of %s".formatted(digits(ratio.low()), digits(ratio.high()), verdict, visible);
  }

  private static void costs(Page page, Part part) {
    String by = part.kind().isByProcessorTime() ? "processor time" : "the time that passes";
    page.line("  %,d operations in a round, compared by %s; ±: 95 %%".formatted(part.operations(), by));
    boolean floor = part.kind() != Part.Kind.ALL;
    String cost = part.kind().isByProcessorTime() ? "CPU ns" : "million/s";
    page.line(row("", cost, floor ? "× pair" : "CPU ns", "× RRW lock", "× Stamped"));
    for (ContenderCost of : part.measured()) {
      page.line(
          row(
              of.contender(),
              part.kind().isByProcessorTime() ? number(of.cpuNanos(), 1) : number(of.operationsPerSecond(), 1e-6),
              floor ? ratio(of, Contender.ATOMIC_PAIR) : number(of.cpuNanos(), 1),
              ratio(of, Contender.REENTRANT_LOCK_PER_MM),
              ratio(of, Contender.STAMPED_LOCK_PER_VMA)));
    }
  }

  private static String ratio(ContenderCost of, String reference) {
    Interval ratio = of.ratios().get(reference);
    return ratio == null ? "" : number(ratio, 1);
  }

  /** On a loaded machine threads wait for processors, and seldom meet. */
  private static void busy(Page page, MeasureReport report, Part part) {
    double most = part.measured().stream().mapToDouble(of -> of.processors().mean()).max().orElse(0);
    int wanted = Math.min(part.threads(), report.processors());
    if (part.kind() == Part.Kind.FAULTS_TOGETHER && most < BUSY * wanted) {
      page.wrapped("  ! ", "    ", "the threads had %.2f of %d processors at most: the machine was busy, and this table says little".formatted(most, wanted));
    }
  }

  private static void latencies(Page page, Part part) {
    for (Call call : List.of(Call.FAULT, Call.MUNMAP, Call.MMAP)) {
      if (part.measured().stream().anyMatch(of -> of.latencies().containsKey(call))) {
        page.line("");
        page.line(row("  ns of one " + name(call), "number", "p50", "p99", "p99.9"));
        part.measured().forEach(of -> page.line(latency(of.contender(), Objects.requireNonNull(of.latencies().get(call), name(call)))));
      }
    }
  }

  private static String name(Call call) {
    return call == Call.FAULT ? "page fault" : call.name().toLowerCase(Locale.ROOT);
  }

  private static String latency(String contender, Latency of) {
    return row(contender, "%,d".formatted(of.count()), number(of.p50(), 1), number(of.p99(), 1), number(of.p999(), 1));
  }

  private static void counts(Page page, Part part) {
    if (part.kind() != Part.Kind.ALL) {
      return;
    }
    page.line("");
    page.line(row("  how often", "retries", "met reader", "detaches", "2nd waits"));
    Function<Long, String> number = "%,d"::formatted;
    for (ContenderCost of : part.measured()) {
      ContentionCounts counts = of.counts();
      page.line(
          row(
              of.contender(), number.apply(counts.retries()), number.apply(counts.writerWaits()), number.apply(counts.detached()),
              number.apply(counts.secondWaits())));
    }
    page.wrapped("  ", "    ", "met reader: write locks and detaches that had to wait for a reader, of which the second waits are a part");
  }

  private static String row(String name, String a, String b, String c, String d) {
    return "  %-30s%12s%12s%12s%12s".formatted(name, a, b, c, d).stripTrailing();
  }

  /** A mean with about three digits, and by how much the interval's bounds are a multiple or a fraction of it, if there is one. */
  private static String number(Interval of, double scale) {
    String mean = digits(of.mean() * scale);
    if (of.samples() < 2) {
      return mean;
    }
    double percent = 100 * (of.factor() - 1);
    return percent < 99.5 ? "%s ±%.0f%%".formatted(mean, percent) : mean + " ±>99%";
  }

  private static String digits(double number) {
    if (number < 10) {
      return "%.2f".formatted(number);
    }
    if (number < 10_000) {
      return (number < 1000 ? "%.1f" : "%.0f").formatted(number);
    }
    return number < 1_000_000 ? "%.0fk".formatted(number / 1000) : "%.1fM".formatted(number / 1_000_000);
  }
}
