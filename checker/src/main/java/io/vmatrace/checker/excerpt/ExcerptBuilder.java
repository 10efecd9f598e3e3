package io.vmatrace.checker.excerpt;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.report.Report.FindingReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Chooses the calls around a finding, and writes them as a scenario. */
final class ExcerptBuilder {
  private static final int MOST_TASKS = 3;
  private static final int MOST_CALLS_OF_A_TASK = 2;
  private static final int MOST_MAPPED = 4;
  private static final int MOST_PAGES = 12;

  private final String capture;
  private final FindingReport finding;
  private final CallReader reader;
  private final long time;
  private final List<String> notTaken = new ArrayList<>();

  /** The mm that the call makes at which the rule was broken, or null. */
  private @Nullable MmState child;

  /** Calls that are left out, by why. */
  private final Map<String, Set<String>> leftOut = new TreeMap<>();

  ExcerptBuilder(String capture, FindingReport finding, CallReader reader) {
    this.capture = capture;
    this.finding = finding;
    this.reader = reader;
    time = finding.brokenAt().clock();
  }

  Excerpt build() {
    CapturedCall main = main();
    MmState mm = Objects.requireNonNull(main.mm(), "its mm is known");
    child = main.child();
    Map<Integer, List<CapturedCall>> chosen = chosen(main, mm);
    List<PageRange> mapped = mapped(mm, chosen);
    chosen.replaceAll((_, calls) -> withoutMapped(calls, mapped, main));
    chosen.values().removeIf(List::isEmpty);
    mapped.removeIf(range -> isMapping(main) && main.range() != null && main.range().overlaps(range));
    ScenarioLines lines = new ScenarioLines(mm, chosen.values().stream().toList(), mapped);
    List<String> text = lines.text(finding.cause(), "around %s of %s".formatted(finding.brokenAt().place(), capture));
    notTaken.addAll(lines.assumed());
    leftOut.forEach((why, calls) -> notTaken.add("%s: %s".formatted(why, list(calls))));
    return new Excerpt(capture, finding, text, chosen.keySet().stream().map(this::name).toList(), notTaken);
  }

  /** Without those that map what is mapped already. */
  private List<CapturedCall> withoutMapped(List<CapturedCall> calls, List<PageRange> mapped, CapturedCall main) {
    List<CapturedCall> left = new ArrayList<>();
    for (CapturedCall call : calls) {
      PageRange range = call.range();
      if (call != main && isMapping(call) && range != null && mapped.stream().anyMatch(range::overlaps)) {
        leave("it maps what is mapped in the scenario from the beginning", "%s, %s".formatted(name(call.pid()), call.what()));
      } else {
        left.add(call);
      }
    }
    return left;
  }

  private static boolean isMapping(CapturedCall call) {
    return call.program().equals("mmap") || call.program().equals("brk");
  }

  private static String list(Set<String> calls) {
    List<String> first = calls.stream().limit(3).toList();
    return String.join("; ", first) + (calls.size() > first.size() ? "; and %d more".formatted(calls.size() - first.size()) : "");
  }

  private String name(int pid) {
    return finding.evidence().stream().filter(quote -> quote.pid() == pid && !quote.comm().isEmpty()).findFirst().map(quote -> quote.comm() + "-" + pid).orElse("task " + pid);
  }

  /** The call that broke the rule, or the last one of its task before. */
  private CapturedCall main() {
    int pid = finding.brokenAt().pid();
    List<CapturedCall> own = reader.calls().stream().filter(call -> call.pid() == pid && call.mm() != null && call.begin() <= time).toList();
    CapturedCall last = own.stream().max(Comparator.comparingLong(CapturedCall::begin)).orElseThrow(() -> new IllegalArgumentException("the capture does not show in which call of task %d the rule was broken".formatted(pid)));
    if (last.program().isEmpty()) {
      throw new IllegalArgumentException("the step table has no program for what task %d does there: %s".formatted(pid, last.what()));
    }
    return last;
  }

  private Map<Integer, List<CapturedCall>> chosen(CapturedCall main, MmState mm) {
    Map<Integer, CapturedCall> at = new LinkedHashMap<>();
    at.put(main.pid(), main);
    Stream<CapturedCall> underWay = reader.calls().stream().filter(call -> call.isUnderWayAt(time)).sorted(Comparator.comparingInt((CapturedCall call) -> call.overlaps(main) ? 0 : 1).thenComparing(call -> call, Comparator.comparingLong(CapturedCall::begin).reversed()));
    underWay.forEach(call -> add(at, call, mm));
    if (at.size() == 1) {
      Stream<CapturedCall> near = reader.calls().stream().filter(call -> isIn(call, mm) && main.meets(call) && isOfSome(call)).sorted(nearest(main, mm));
      near.limit(64).filter(call -> at.size() < MOST_TASKS && !at.containsKey(call.pid())).forEach(call -> {
        add(at, call, mm);
        notTaken.add("%s of %s was not under way when the rule was broken: it is taken because nothing else was".formatted(call.what(), name(call.pid())));
      });
    }
    long from = begin(at.values().stream());
    Map<Integer, List<CapturedCall>> all = new LinkedHashMap<>();
    at.forEach((pid, call) -> all.put(pid, call.isUnderWayAt(time) ? withEarlier(call, from, mm) : List.of(call)));
    return all;
  }

  /** Whether a call has a program, is not about a whole mm, and works on what is mapped. */
  private static boolean isOfSome(CapturedCall call) {
    return !call.program().isEmpty() && !call.isOfAll() && !isMapping(call);
  }

  /** Those first that may race with a call: of its mm, faults, of the finding's VMA, writing. */
  private Comparator<CapturedCall> nearest(CapturedCall main, MmState mm) {
    return Comparator.comparingInt((CapturedCall call) -> call.mm() == mm ? 0 : 1)
        .thenComparingInt(call -> call.isFault() ? 0 : 1)
        .thenComparingInt(call -> isOfTheVma(call, main) ? 0 : 1)
        .thenComparingInt(call -> call.program().equals("write_fault") ? 0 : 1)
        .thenComparingLong(call -> call.distance(time));
  }

  private boolean isOfTheVma(CapturedCall call, CapturedCall main) {
    PageRange own = own() == null && main.merge() != null ? main.merge().left() : own();
    PageRange range = call.range();
    return own != null && range != null && own.overlaps(range);
  }

  /** When the first of some calls began of those that were under way, or the last one before. */
  private long begin(Stream<CapturedCall> of) {
    return of.filter(call -> call.isUnderWayAt(time)).mapToLong(CapturedCall::begin).min().orElse(time);
  }

  private void add(Map<Integer, CapturedCall> at, CapturedCall call, MmState mm) {
    if (at.containsKey(call.pid())) {
      return;
    }
    String of = "%s, %s".formatted(name(call.pid()), call.what());
    if (call.program().isEmpty()) {
      leave(isIn(call, mm) ? "no program of the step table does it" : "of another mm", of);
    } else if (!isIn(call, mm)) {
      leave("of another mm", of);
    } else if (at.size() >= MOST_TASKS) {
      leave("more than %d tasks have more orders than can be gone through".formatted(MOST_TASKS), of);
    } else {
      at.put(call.pid(), call);
    }
  }

  private boolean isIn(CapturedCall call, MmState mm) {
    return call.isIn(mm) || child != null && call.isIn(child);
  }

  private void leave(String why, String call) {
    leftOut.computeIfAbsent(why, _ -> new LinkedHashSet<>()).add(call);
  }

  /** A call, and what its task did before it while others of those that are taken had begun. */
  private List<CapturedCall> withEarlier(CapturedCall call, long from, MmState mm) {
    List<CapturedCall> earlier = reader.calls().stream().filter(other -> other.pid() == call.pid() && other.begin() < call.begin() && other.end() >= from).toList();
    List<CapturedCall> taken = new ArrayList<>();
    for (CapturedCall other : earlier.reversed()) {
      String of = "%s, %s".formatted(name(other.pid()), other.what());
      if (other.program().isEmpty()) {
        leave("no program of the step table does it", of);
      } else if (!isIn(other, mm)) {
        leave("of another mm", of);
      } else if (taken.size() + 1 < MOST_CALLS_OF_A_TASK && !other.isOfAll()) {
        taken.addFirst(other);
      } else {
        leave("more than %d calls of a task have more orders than can be gone through".formatted(MOST_CALLS_OF_A_TASK), of);
      }
    }
    taken.add(call);
    return taken;
  }

  /** The VMAs that were mapped when the first of some calls began, as far as they matter to them and the capture shows them. */
  private List<PageRange> mapped(MmState mm, Map<Integer, List<CapturedCall>> chosen) {
    List<CapturedCall> calls = chosen.values().stream().flatMap(List::stream).toList();
    long from = begin(calls.stream());
    List<PageRange> ranges = new ArrayList<>();
    Set<Long> vmas = new HashSet<>();
    List<VmaSight> nearestFirst = reader.sights().stream().filter(sight -> sight.mm() == mm && reader.isSoAt(sight, from)).sorted(Comparator.comparingLong(s -> Math.abs(s.time() - from))).toList();
    @Nullable PageRange own = own();
    for (VmaSight sight : nearestFirst) {
      boolean isWanted = own != null && own.overlaps(sight.range()) || calls.stream().anyMatch(call -> call.range() != null && call.range().overlaps(sight.range()));
      if (isWanted && ranges.size() < MOST_MAPPED && ranges.stream().noneMatch(sight.range()::overlaps) && vmas.add(sight.vma())) {
        ranges.add(sight.range());
      }
    }
    return ranges;
  }

  /** The range of the finding's VMA, where that is known. */
  private @Nullable PageRange own() {
    String range = finding.range();
    int dash = range == null ? -1 : range.indexOf('-');
    return range == null || dash < 0 ? null : new PageRange(Long.parseUnsignedLong(range, 2, dash, 16), Long.parseUnsignedLong(range, dash + 3, range.length(), 16) - 1);
  }

  /** How many pages a scenario may have. */
  static int mostPages() {
    return MOST_PAGES;
  }
}
