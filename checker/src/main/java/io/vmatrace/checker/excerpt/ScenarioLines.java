package io.vmatrace.checker.excerpt;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.PageRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Calls of tasks as the lines of a scenario. */
final class ScenarioLines {
  private static final Set<String> FAULTS = Set.of("fault", "write_fault", "stack_fault");

  /** Programs that need nothing mapped at their range. */
  private static final Set<String> MAKES = Set.of("mmap", "brk", "stack_fault");

  /** Programs that know the first page only. */
  private static final Set<String> OF_A_PAGE = Set.of("fault", "write_fault", "stack_fault", "madvise_dontneed", "khugepaged");

  private static final int MOST_VMAS = 12;

  private final MmState mm;
  private final List<List<CapturedCall>> tasks;
  private final List<PageRange> mapped;
  private final List<String> assumed = new ArrayList<>();
  private final PageNumbers pages;

  /** @param mapped ranges of VMAs, which do not overlap */
  ScenarioLines(MmState mm, List<List<CapturedCall>> tasks, List<PageRange> mapped) {
    this.mm = mm;
    this.tasks = tasks;
    this.mapped = new ArrayList<>(mapped);
    calls().map(CapturedCall::merge).filter(Objects::nonNull).map(CapturedCall.Merge::left).filter(left -> this.mapped.stream().noneMatch(left::overlaps)).forEach(this.mapped::add);
    calls().forEach(this::assume);
    this.mapped.sort(Comparator.comparingLong(PageRange::first));
    List<PageRange> whole = new ArrayList<>(this.mapped);
    List<PageRange> inside = new ArrayList<>();
    calls().forEach(call -> add(call, whole, inside));
    if (whole.isEmpty() && inside.isEmpty()) {
      whole.add(new PageRange(0, 0));
      this.mapped.add(new PageRange(0, 0));
      assumed.add("no VMA is seen there: one is taken");
    }
    pages = new PageNumbers(whole, inside);
    if (pages.count() > ExcerptBuilder.mostPages()) {
      throw new IllegalArgumentException("its calls have ranges of %d pages that must be told apart: a scenario has %d".formatted(pages.count(), ExcerptBuilder.mostPages()));
    }
  }

  private Stream<CapturedCall> calls() {
    return tasks.stream().flatMap(List::stream);
  }

  /** What has to be there for a call, and is not seen. */
  private void assume(CapturedCall call) {
    PageRange range = call.range();
    boolean isMade = calls().anyMatch(other -> other != call && other.end() < call.begin() && MAKES.contains(other.program()) && overlaps(other.range(), range));
    if (range != null && !MAKES.contains(call.program()) && !isMade && mapped.stream().noneMatch(range::overlaps)) {
      mapped.add(range);
      assumed.add("what is mapped at %s is not in the capture: a VMA is taken".formatted(range));
    }
  }

  private static boolean overlaps(@Nullable PageRange one, @Nullable PageRange other) {
    return one != null && other != null && one.overlaps(other);
  }

  private static void add(CapturedCall call, List<PageRange> whole, List<PageRange> inside) {
    PageRange range = call.range();
    if (range != null) {
      (FAULTS.contains(call.program()) ? inside : whole).add(range);
      if (call.program().equals("mremap")) {
        whole.add(new PageRange(call.to(), call.to() + range.last() - range.first()));
      }
    }
  }

  /** What was taken to be so, because the capture does not show it. */
  List<String> assumed() {
    return assumed;
  }

  /** The lines of the scenario. */
  List<String> text(String name, String what) {
    List<String> lines = new ArrayList<>();
    lines.add("scenario %s: %s".formatted(name, what));
    int mms = calls().anyMatch(call -> call.child() != null) ? 2 : 1;
    int copies = mms == 1 ? 1 : 2;
    int vmas = Math.min(MOST_VMAS, mapped.size() * copies + calls().mapToInt(ScenarioLines::makes).sum());
    lines.add("  mms %d  pages %d  vmas %d".formatted(mms, pages.count(), Math.max(1, vmas)));
    mapped.forEach(range -> lines.add("  map mm0 %d %d%s".formatted(pages.first(range), pages.last(range), how(range))));
    boolean exits = calls().anyMatch(call -> call.program().equals("exit"));
    for (List<CapturedCall> task : tasks) {
      lines.add("  task " + task(task, exits));
    }
    return lines;
  }

  /** One that takes what is behind it has the protection that this gets, and no anon_vma where it is given one. */
  private String how(PageRange range) {
    List<CapturedCall.Merge> merges = calls().map(CapturedCall::merge).filter(Objects::nonNull).filter(merge -> merge.left().overlaps(range)).toList();
    return merges.isEmpty() ? "" : merges.stream().anyMatch(CapturedCall.Merge::bare) ? " readonly bare" : " readonly";
  }

  /** How many VMAs a call may need beside those that are there. */
  private static int makes(CapturedCall call) {
    return switch (call.program()) {
      case "munmap", "mprotect", "uffd_register" -> 2;
      case "mmap_fixed", "mremap" -> 3;
      case "mmap", "brk" -> 1;
      default -> 0;
    };
  }

  /** Where one exits, all do at their end: each is a user of the mm. */
  private String task(List<CapturedCall> calls, boolean exits) {
    List<String> words = new ArrayList<>();
    boolean isChild = calls.stream().allMatch(call -> call.mm() != mm);
    if (isChild) {
      words.add("child mm1 0 0");
    }
    calls.stream().filter(call -> !call.program().equals("exit")).forEach(call -> words.add(words(call)));
    if (exits && !isChild) {
      words.add("exit mm0 0 %d".formatted(pages.count() - 1));
    }
    return String.join(", ", words);
  }

  private String words(CapturedCall call) {
    String of = "%s mm%d".formatted(call.program(), call.mm() == mm ? 0 : 1);
    PageRange range = call.range();
    if (range == null) {
      return "%s 0 %d%s".formatted(of, pages.count() - 1, call.program().equals("fork") ? " mm1" : "");
    }
    int first = pages.first(range);
    int last = OF_A_PAGE.contains(call.program()) ? first : pages.last(range);
    return "%s %d %d%s".formatted(of, first, last, call.program().equals("mremap") ? " " + pages.first(new PageRange(call.to(), call.to())) : "");
  }
}
