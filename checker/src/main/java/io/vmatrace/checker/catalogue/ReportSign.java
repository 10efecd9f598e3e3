package io.vmatrace.checker.catalogue;

import io.vmatrace.parser.event.ConsoleReport;
import io.vmatrace.parser.event.Generation;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How a report of the kernel is recognised: what its first lines say, what asserts, under which functions, about which locks, in which designs. */
final class ReportSign {
  /** How far out in the call trace a function still says what was being done. */
  private static final int NEAR = 6;

  /** How many lines may say what the trouble is. */
  private static final int TITLE_LINES = 3;

  private static final int SAID_LINES = 16;

  /**
   * How the functions begin that wait, assert, count or print the report: they say nothing of what was being done, and whether the compiler
   * inlined them is chance.
   */
  private static final List<String> HELPERS =
      List.of(
          "schedule", "__schedule", "context_switch", "preempt_schedule", "__switch_to", "io_schedule", "rwsem_", "__rwsem_", "down_", "__down_", "rwbase_", "up_read", "__up_read",
          "rt_mutex_", "__rt_mutex_", "rtlock_", "mmap_read_lock", "mmap_write_lock", "__mmap_lock_", "lock_acquire", "__lock_acquire", "rcuwait_wait", "dump_stack",
          "__dump_stack", "show_stack", "dump_backtrace", "unwind_backtrace", "print_report", "print_address_description", "kasan_", "__kasan_", "__asan_", "__hwasan_",
          "check_region_inline", "kfence_", "__kfence_", "__warn", "report_bug", "handle_bug", "exc_invalid_op", "asm_exc_", "refcount_", "__refcount_",
          "instrument_", "atomic_", "arch_atomic_", "raw_atomic_", "mmap_assert_", "vma_assert_", "lockdep_assert_", "__might_sleep", "__might_resched",
          "__is_vma_write_locked", "ubsan_", "__ubsan_");

  /** {@code page fault for address: fffffffffffffff5}, {@code at virtual address fffffffffffffff5}, {@code on read at 0xfffffffffffffff5}, {@code in range [0xfffffffffffffff0-0x…]}. */
  private static final Pattern ERROR_CODE = Pattern.compile("(?:address:?|at|range) \\[?(?:0x)?f{13}(?!000)[0-9a-f]{3}\\b");

  /** A report as its signs see it. */
  private record Seen(ConsoleReport report, @Nullable Generation design, Set<String> helpers, List<String> near) {
    static Seen of(ConsoleReport report, @Nullable Generation design) {
      Set<String> all = new LinkedHashSet<>();
      if (report.function() != null) {
        all.add(report.function());
      }
      all.addAll(report.frames());
      Set<String> helpers = new LinkedHashSet<>();
      for (String function : all) {
        if (!isHelper(function)) {
          break;
        }
        helpers.add(function);
      }
      List<String> near = all.stream().filter(function -> !isHelper(function)).limit(NEAR).toList();
      return new Seen(report, design, helpers, near);
    }
  }

  private final Predicate<Seen> test;

  private ReportSign(Predicate<Seen> test) {
    this.test = test;
  }

  private static boolean isHelper(String function) {
    return HELPERS.stream().anyMatch(function::startsWith);
  }

  /** One of these is in the title, or in the lines right after it. */
  static ReportSign titled(String... words) {
    return new ReportSign(seen -> seen.report.lines().stream().limit(TITLE_LINES).anyMatch(line -> Arrays.stream(words).anyMatch(line::contains)));
  }

  /** The report is a BUG or a warning of an assertion in one of these files: its title says so, or the line after what a warning has to say. */
  static ReportSign asserted(String... files) {
    return new ReportSign(seen -> seen.report.lines().stream().limit(TITLE_LINES).anyMatch(line -> isAssertion(line, files)));
  }

  private static boolean isAssertion(String line, String... files) {
    int at = Arrays.stream(files).mapToInt(file -> line.indexOf(file + ":")).filter(i -> i >= 0).min().orElse(-1);
    boolean first = at >= 0 && line.lastIndexOf(" in ", at) < 0;
    return first && (line.startsWith("kernel BUG at ") || line.startsWith("WARNING: "));
  }

  /** This sign, and the other one too. */
  ReportSign and(ReportSign other) {
    return new ReportSign(test.and(other.test));
  }

  /** This sign, or the other one. */
  ReportSign or(ReportSign other) {
    return new ReportSign(test.or(other.test));
  }

  ReportSign not() {
    return new ReportSign(test.negate());
  }

  /** One of these functions is where it happened, or among the nearest callers. */
  static ReportSign under(Set<String> functions) {
    return new ReportSign(seen -> seen.near.stream().anyMatch(functions::contains));
  }

  static ReportSign under(String... functions) {
    return under(Set.of(functions));
  }

  /** It happened in one of these functions. */
  static ReportSign in(Set<String> functions) {
    return new ReportSign(seen -> !seen.near.isEmpty() && functions.contains(seen.near.getFirst()));
  }

  static ReportSign in(String... functions) {
    return in(Set.of(functions));
  }

  /** It happened in a function that begins so, or near one. */
  static ReportSign underAny(String... starts) {
    return new ReportSign(seen -> seen.near.stream().anyMatch(function -> Arrays.stream(starts).anyMatch(function::startsWith)));
  }

  /** A function that waits or asserts begins so. */
  static ReportSign by(String... starts) {
    return new ReportSign(seen -> seen.helpers.stream().anyMatch(function -> Arrays.stream(starts).anyMatch(function::startsWith)));
  }

  /** A report of lockdep is about a lock of such a class. */
  static ReportSign about(String lock) {
    return new ReportSign(seen -> seen.report.locks().stream().anyMatch(name -> name.contains(lock)));
  }

  /** The holder of what a hung task waits for is in one of these functions. */
  static ReportSign ownerIn(Set<String> functions) {
    return new ReportSign(seen -> seen.report.ownerFrames().stream().filter(function -> !isHelper(function)).limit(NEAR).anyMatch(functions::contains));
  }

  /** What was accessed is at an error code's place, -4095 to -1, as if that were a pointer. */
  static ReportSign atErrorCode() {
    return new ReportSign(seen -> seen.report.lines().stream().limit(TITLE_LINES).anyMatch(line -> ERROR_CODE.matcher(line).find()));
  }

  /** Before the report the kernel has printed such an object, or the report is about one of such a cache. */
  static ReportSign dumped(String what) {
    return new ReportSign(seen -> seen.report.dumped().equals(what));
  }

  /** The kernel is of one of these designs, as far as is known. */
  static ReportSign ofDesign(Set<Generation> designs) {
    return new ReportSign(seen -> seen.design != null && designs.contains(seen.design));
  }

  /** One of the first lines has this. */
  static ReportSign says(String words) {
    return new ReportSign(seen -> seen.report.lines().stream().limit(SAID_LINES).anyMatch(line -> line.contains(words)));
  }

  /** Whether a report of a kernel of some design has this sign. */
  boolean matches(ConsoleReport report, @Nullable Generation design) {
    return test.test(Seen.of(report, design));
  }
}
