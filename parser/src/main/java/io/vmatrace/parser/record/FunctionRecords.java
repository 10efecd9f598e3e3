package io.vmatrace.parser.record;

import io.vmatrace.parser.bytes.Numbers;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.stat.ImportStat;
import io.vmatrace.parser.stat.ImportStats;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the records of the tracers function and function_graph into the events that their text becomes. The kernel's symbols are
 * read when the first such record comes. A return gets its call's values from {@link FunctionReturns}. Several threads may decode.
 */
public final class FunctionRecords {
  /** Where the symbols come from. */
  public interface Source {
    /**
     * Reads them.
     *
     * @throws CaptureException when what should be there is damaged
     */
    KernelSymbols read() throws IOException, CaptureException;
  }

  private static final Pattern MAJOR = Pattern.compile("(\\d{1,3})\\.");

  private final Numbers numbers;
  private Source source = () -> KernelSymbols.NONE;
  private String remedy = "";
  private int major;
  private volatile @Nullable KernelSymbols symbols;
  private volatile @Nullable String damage;

  FunctionRecords(Numbers numbers) {
    this.numbers = numbers;
  }

  /**
   * Says where the symbols are, before the first record.
   *
   * @param without what to do to have them, for a person
   */
  public void symbols(Source of, String without) {
    source = of;
    remedy = without;
  }

  /** Says what kernel made the records, before the first of them: uname -r, or null when it is not known. */
  public void release(@Nullable String release) {
    Matcher matcher = MAJOR.matcher(release == null ? "" : release);
    major = matcher.lookingAt() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  /** Why the functions of some records have no names, and what to do; null when all have. */
  public @Nullable String lack() {
    KernelSymbols read = symbols;
    if (read == null || !read.isEmpty() && !read.isHidden()) {
      return null;
    }
    String why = damage;
    String what =
        why != null ? why : read.isEmpty() ? "no symbols of the kernel are here" : "the kernel hid its symbols' addresses (kernel.kptr_restrict)";
    return "not known by name, because %s: %s".formatted(what, remedy);
  }

  private KernelSymbols symbols() {
    KernelSymbols read = symbols;
    return read != null ? read : readSymbols();
  }

  private synchronized KernelSymbols readSymbols() {
    KernelSymbols read = symbols;
    if (read == null) {
      try {
        read = source.read();
      } catch (IOException | CaptureException e) {
        damage = String.valueOf(e.getMessage());
        read = KernelSymbols.NONE;
      }
      symbols = read;
    }
    return read;
  }

  /** The name of the function that a record is of, or null. */
  @Nullable String name(FunctionPlan plan, byte[] b, int from, int to) {
    int function = to - from < plan.length ? -1 : symbols().find(plan.address(numbers, b, from));
    return function < 0 ? null : symbols().name(function);
  }

  /**
   * Turns the batch's last event, which is UNKNOWN, into that of a record, and counts it.
   *
   * @param framed bytes that are counted for it
   */
  void decode(FunctionPlan plan, String format, byte[] b, int from, int to, long offset, int framed, EventBatch out, ImportStats stats) {
    KernelSymbols known = symbols();
    int function = known.find(plan.address(numbers, b, from));
    if (function < 0) {
      other(plan, format, known, framed, stats);
      return;
    }
    EventKind left = known.left(function);
    switch (plan.step) {
      case CALL -> call(plan, known.entered(function), EventKind.UNKNOWN, b, from, to, offset, framed, out, stats);
      case GRAPH_CALL -> call(plan, known.entered(function), left, b, from, to, offset, framed, out, stats);
      case RETURN -> returned(plan, left, b, from, framed, out, stats);
    }
  }

  /** A function that is no event here: its call is unknown, and its return adds nothing. */
  private static void other(FunctionPlan plan, String format, KernelSymbols known, int framed, ImportStats stats) {
    if (plan.step == FunctionPlan.Step.RETURN && !known.isEmpty() && !known.isHidden()) {
      stats.ignoredRecord(framed);
    } else {
      stats.named(format, 1);
      stats.unknownRecord(framed);
    }
  }

  private void call(
      FunctionPlan plan, EventKind entered, EventKind left, byte[] b, int from, int to, long offset, int framed, EventBatch out, ImportStats stats) {
    int depth = left == EventKind.UNKNOWN ? -1 : plan.depth(numbers, b, from);
    boolean complete = entered != EventKind.UNKNOWN;
    if (complete) {
      out.turnLastInto(entered);
      plan.putArguments(numbers, b, from, to, major, out);
      complete = out.lastHas(entered.keys().mandatory());
      if (!complete) {
        stats.problemAt(offset, ImportStat.LACKS_VALUES, entered.kernelName());
        out.turnLastInto(EventKind.UNKNOWN);
      }
    }
    if (!complete && depth >= 0) {
      out.turnLastInto(left); // for its return only, which takes it away
      plan.putArguments(numbers, b, from, to, major, out);
    }
    if (depth >= 0) {
      out.markCall(depth);
    }
    if (complete && !entered.isIgnored()) {
      stats.decodedRecord(framed);
    } else {
      stats.ignoredRecord(framed);
    }
  }

  private void returned(FunctionPlan plan, EventKind left, byte[] b, int from, int framed, EventBatch out, ImportStats stats) {
    int depth = plan.depth(numbers, b, from);
    if (left != EventKind.UNKNOWN && depth >= 0) {
      out.turnLastInto(left);
      plan.putResult(numbers, b, from, major, out);
      if (left.isComplete(out.lastPresent() | argumentsOf(left))) {
        out.markReturn(depth);
      } else {
        out.turnLastInto(EventKind.UNKNOWN); // without a result it says nothing, whatever its call had
      }
    }
    EventKind kind = out.kind(out.size() - 1);
    if (kind == EventKind.UNKNOWN || kind.isIgnored()) {
      stats.ignoredRecord(framed);
    } else {
      stats.decodedRecord(framed);
    }
  }

  /** The slots of a return that its call may fill. */
  private int argumentsOf(EventKind left) {
    int slots = 0;
    for (var field : left.arguments(major)) {
      int slot = field == null ? -1 : left.slot(field);
      slots |= slot < 0 ? 0 : 1 << slot;
    }
    return slots;
  }
}
