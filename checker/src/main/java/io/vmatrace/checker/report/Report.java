package io.vmatrace.checker.report;

import io.vmatrace.checker.rule.Severity;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All that a run of {@code check} found about one capture. The JSON is this record, written down, as
 * schema/check-1.schema.json says; what comes after the findings goes to the text only.
 *
 * @param unreadable why the rest of the input could not be read, as a line for a person; null when all was read
 * @param cutShort what is missing at the end of the input; null when nothing is
 * @param marks where further definite findings are, which are counted and not listed, as far as that is kept
 */
public record Report(
    String path,
    String format,
    @Nullable String compression,
    Kernel kernel,
    String clock,
    Evidence evidence,
    Input input,
    Verdict verdict,
    List<String> reasons,
    FaultCounts faults,
    List<MmSummary> mms,
    List<RuleResult> rules,
    List<FindingReport> findings,
    List<FindingGroup> groups,
    List<KernelReport> kernelReports,
    List<ReasonCount> faultReasons,
    List<InputProblem> problems,
    List<NameCount> unknownNames,
    Accounting accounting,
    @Nullable String unreadable,
    @Nullable String cutShort,
    List<Mark> marks) {

  /** The same report with other groups. */
  public Report with(UnaryOperator<FindingGroup> changed) {
    return new Report(
        path,
        format,
        compression,
        kernel,
        clock,
        evidence,
        input,
        verdict,
        reasons,
        faults,
        mms,
        rules,
        findings,
        groups.stream().map(changed).toList(),
        kernelReports,
        faultReasons,
        problems,
        unknownNames,
        accounting,
        unreadable,
        cutShort,
        marks);
  }

  /** Findings that are counted and not listed: of a rule that was broken very often only the first are kept whole. */
  public long findingsLeftOut() {
    boolean possible = findings.stream().anyMatch(finding -> finding.certainty() == Certainty.POSSIBLE);
    long counted = rules.stream().mapToLong(rule -> rule.violations() + (possible ? rule.possible() : 0)).sum();
    return Math.max(0, counted - findings.size());
  }

  /** Worst first: the order in which a run over several captures takes the worst. */
  public enum Verdict {
    /** There is no report, or only one of a part: see {@link Unread} and {@link #unreadable}. */
    UNREADABLE,
    VIOLATION,
    INCONCLUSIVE,
    OK
  }

  /** What a capture has: tracepoints (E0), probes too (E1), values fetched by the probes too (E2). */
  public enum Evidence {
    E0("tracepoints only"),
    E1("probes without values"),
    E2("probes with values");

    private final String meaning;

    Evidence(String meaning) {
      this.meaning = meaning;
    }

    /** What that is, for a person. */
    public String meaning() {
      return meaning;
    }
  }

  /**
   * @param release uname -r where the capture or the user says it
   * @param generation mmap-lock, rwsem, refcount or exclude-readers; null when the capture does not show it
   */
  public record Kernel(@Nullable String release, @Nullable String generation) {}

  /**
   * @param bytes of the decompressed input
   * @param lines null for binary captures
   * @param events decoded + ignored + unknown
   * @param decoded events of kinds that the reconstruction uses
   * @param ignored events of kinds known but not used
   * @param unknown events of other names
   * @param damaged lines that could not be read
   * @param lost events that the capture says are gone
   * @param uncountedLosses losses of which it does not say how many events they took
   */
  public record Input(
      long bytes, @Nullable Long lines, long events, long decoded, long ignored, long unknown, long damaged, long lost, long uncountedLosses) {
    /** Both together; lines where both have them. */
    public Input plus(Input other) {
      return new Input(
          bytes + other.bytes,
          lines == null || other.lines == null ? null : Long.valueOf(lines + other.lines),
          events + other.events,
          decoded + other.decoded,
          ignored + other.ignored,
          unknown + other.unknown,
          damaged + other.damaged,
          lost + other.lost,
          uncountedLosses + other.uncountedLosses);
    }

    /** Says how many events are missing. */
    public String lostText() {
      return lost + " events" + (uncountedLosses == 0 ? "" : ", and what %d loss%s of unknown size took,".formatted(uncountedLosses, uncountedLosses == 1 ? "" : "es"));
    }
  }

  /** Bytes by what they were; they add up to {@link Input#bytes}. */
  public record Accounting(long header, long decoded, long ignored, long unknown, long damaged) {}

  /** Page faults by the path that served them; total is the sum of the others. */
  public record FaultCounts(long total, long vmaLock, long mmapLock, long unresolved) {
    /** Both together. */
    FaultCounts plus(FaultCounts other) {
      return new FaultCounts(total + other.total, vmaLock + other.vmaLock, mmapLock + other.mmapLock, unresolved + other.unresolved);
    }
  }

  /** How many faults ended so, and why: {@code path} is vmaLock, mmapLock or unresolved. */
  public record ReasonCount(String path, String reason, long count) {}

  /**
   * @param tasks pids seen in it, ascending
   * @param vmas VMAs seen in it, over its whole life
   */
  public record MmSummary(String mm, List<Integer> tasks, long vmas, FaultCounts faults) {}

  /** The status of a rule. */
  public enum Status {
    HELD,
    VIOLATED,
    NOT_EVIDENCED,
    INCONCLUSIVE
  }

  /**
   * @param summary the rule in one line
   * @param checked occasions on which the state was known and the rule was put to it
   * @param violations occasions on which it was definitely broken
   * @param why what was missing, for NOT_EVIDENCED and INCONCLUSIVE; else null
   * @param fails whether its violations make the verdict VIOLATION: see {@link Gate}
   */
  public record RuleResult(
      String id, String summary, Status status, long checked, long violations, long possible, @Nullable String why, boolean fails) {
    /** Why a rule is not checked that kernels of another design have; the design comes behind it. */
    public static final String OF_ANOTHER_DESIGN = "not a rule of this kernel's design";

    /** Whether the capture's kernel has it. */
    public boolean isOfThisDesign() {
      return isOfThisDesign(why);
    }

    /** Whether a rule that is not checked for this reason is one of the capture's kernel all the same. */
    public static boolean isOfThisDesign(@Nullable String why) {
      return why == null || !why.startsWith(OF_ANOTHER_DESIGN);
    }

    /** Its status in a table of the rules that were checked; empty where it was not. */
    public String mark() {
      return switch (status) {
        case HELD -> possible > 0 ? "possible" : "held";
        case VIOLATED -> "VIOLATED";
        case INCONCLUSIVE -> "no answer";
        case NOT_EVIDENCED -> "";
      };
    }

    /** The same, judged. */
    public RuleResult failing(boolean counts) {
      return new RuleResult(id, summary, status, checked, violations, possible, why, counts);
    }
  }

  /** Whether no placement of the transitions could make it legal, or only some could not. */
  public enum Certainty {
    DEFINITE,
    POSSIBLE
  }

  /**
   * An event of the capture, quoted.
   *
   * @param line from 1; null in a binary capture
   * @param offset where it begins in the decompressed capture, in bytes
   * @param indent how many characters of white space its line has before the text
   * @param text without them; a stack trace of the event follows in lines of their own
   */
  public record Quote(
      @Nullable Long line, long offset, String time, int cpu, int pid, String comm, String event, int indent, String text, @Nullable String role) {

    /** The time as the kernel prints it, in microseconds, where they are whole. */
    public String shortTime() {
      return shortTime(time);
    }

    /** The time in the capture's clock unit: nanoseconds or ticks. */
    public long clock() {
      return clock(time);
    }

    /** What a time as reports have it is in the capture's clock unit. */
    public static long clock(String time) {
      int point = time.indexOf('.');
      return point < 0 ? Long.parseLong(time) : Long.parseLong(time, 0, point, 10) * 1_000_000_000 + Long.parseLong(time, point + 1, time.length(), 10);
    }

    static String shortTime(String time) {
      return time.contains(".") && time.endsWith("000") ? time.substring(0, time.length() - 3) : time;
    }

    /** The place as a person says it. */
    public String place() {
      return line == null ? "byte " + offset : "line " + line;
    }

    /** What the event shows, as a person says it; the one without a role is the last of the evidence. */
    public String says() {
      return role == null ? "here the rule is broken" : role;
    }
  }

  /**
   * A rule broken, at one event.
   *
   * @param id stable within a run: rule id and the line (in a binary capture the event's number), e.g. R59@10042
   * @param mm address of the mm, or null
   * @param vma address of the VMA, or null
   * @param range its range as 0xSTART-0xEND, or null
   * @param section how many write sections of mms at that address were seen when it was noticed inside one; else 0
   * @param evidence the events that prove it, in the capture's order; the last is the one at which it was noticed
   * @param cause the {@link FindingId}: what it has in common with others of one cause
   * @param breaks which of the evidence broke the rule: the last, or an earlier one that the last one proves to have done so
   * @param doubt why it is only possible; null where it is definite
   * @param story who raced whom, for the first finding of each cause; else null
   */
  public record FindingReport(
      String id,
      String rule,
      Severity severity,
      Certainty certainty,
      String message,
      @Nullable String mm,
      @Nullable String vma,
      @Nullable String range,
      long section,
      List<Quote> evidence,
      String cause,
      int breaks,
      @Nullable String doubt,
      @Nullable Story story) {

    /** The place in the capture of the event at which the rule was found broken: its line, or in a binary capture its number. */
    public long place() {
      return Long.parseLong(id, id.indexOf('@') + 1, id.length(), 10);
    }

    /** The event at which the rule was found broken. */
    public Quote at() {
      return evidence.getLast();
    }

    /** The event that broke the rule, which may stand before the one that proves it. */
    public Quote brokenAt() {
      return evidence.get(breaks);
    }

    /** Whether an event that comes later than the one that broke the rule proves it. */
    public boolean isProvedLater() {
      return breaks < evidence.size() - 1;
    }

    /** The same finding with its story. */
    public FindingReport with(Story told) {
      return new FindingReport(id, rule, severity, certainty, message, mm, vma, range, section, evidence, cause, breaks, doubt, told);
    }

    /** The same finding, of another cause, told in other words. */
    public FindingReport of(String other, String words) {
      return new FindingReport(id, rule, severity, certainty, words, mm, vma, range, section, evidence, other, breaks, doubt, story);
    }
  }

  /** Where a finding is that is not listed: its cause, when it was noticed (as {@link Quote#time}), and by which task. */
  public record Mark(String cause, String time, int pid) {}

  /**
   * The kernel's own reports, where the capture is a kernel log.
   *
   * @param kind bug, oops, warning, hung-task, stall or panic
   * @param title its first line
   * @param function where, or null
   * @param pid the task that was current, or -1
   * @param cpu or -1
   * @param release uname -r of the kernel that printed it, or null; a log may be of several
   * @param line where it begins in the log, from 1
   * @param meaning what it means in this protocol; null when it is about something else
   * @param rules rules that a capture of it would show broken, the likeliest first
   * @param source where in the kernel the message comes from, or null
   */
  public record KernelReport(
      String kind,
      String title,
      @Nullable String function,
      int pid,
      String comm,
      int cpu,
      @Nullable String release,
      long line,
      @Nullable String meaning,
      List<String> rules,
      @Nullable String source) {}

  /** Something wrong with the input: how often, where first ("line 7", "byte 4096"), and what it means. */
  public record InputProblem(String what, long count, String firstPlace, String example, String help) {}

  /** Events of a name that this program does not read. */
  public record NameCount(String name, long count) {}
}
