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
   * @param format the name of the record's format
   */
  void decode(FunctionPlan plan, String format, RawRecord record, EventBatch out, ImportStats stats) {
    KernelSymbols known = symbols();
    int function = known.find(plan.address(numbers, record.b, record.from));
    if (function < 0) {
      other(plan, format, known, record.framed, stats);
      return;
    }
    EventKind left = known.left(function);
    if (plan.step == FunctionPlan.Step.RETURN) {
      returned(plan, left, record, out, stats);
      return;
    }
    boolean isEvent = call(plan, known.entered(function), record, out, stats);
    if (plan.step == FunctionPlan.Step.GRAPH_CALL && left != EventKind.UNKNOWN) {
      keepForReturn(plan, left, isEvent, record, out);
    }
    if (isEvent && !out.kind(out.size() - 1).isIgnored()) {
      stats.decodedRecord(record.framed);
    } else {
      stats.ignoredRecord(record.framed);
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

  /** Makes the last event the call of a function that is an event; false when it stays UNKNOWN. */
  private boolean call(FunctionPlan plan, EventKind entered, RawRecord record, EventBatch out, ImportStats stats) {
    if (entered == EventKind.UNKNOWN) {
      return false;
    }
    out.turnLastInto(entered);
    putArguments(plan, record, out);
    if (!out.lastHas(entered.keys().mandatory())) {
      stats.problemAt(record.offset, ImportStat.LACKS_VALUES, entered.kernelName());
      out.turnLastInto(EventKind.UNKNOWN);
      return false;
    }
    return true;
  }

  /** Marks the last event as a call whose return will want what it has; where it is no event itself, the return takes it away. */
  private void keepForReturn(FunctionPlan plan, EventKind left, boolean isEvent, RawRecord record, EventBatch out) {
    int depth = plan.depth(numbers, record.b, record.from);
    if (depth < 0) {
      return;
    }
    if (!isEvent) {
      out.turnLastInto(left);
      putArguments(plan, record, out);
    }
    out.markCall(depth);
  }

  private void putArguments(FunctionPlan plan, RawRecord record, EventBatch out) {
    int first = plan.firstArgument(record.from, record.to);
    if (first >= 0) {
      FunctionPlan.putArguments(numbers, record.b, first, major, out);
    }
  }

  private void returned(FunctionPlan plan, EventKind left, RawRecord record, EventBatch out, ImportStats stats) {
    int depth = plan.depth(numbers, record.b, record.from);
    if (left != EventKind.UNKNOWN && depth >= 0) {
      out.turnLastInto(left);
      plan.putResult(numbers, record.b, record.from, major, out);
      if (left.isComplete(out.lastPresent() | argumentsOf(left))) {
        out.markReturn(depth);
      } else {
        out.turnLastInto(EventKind.UNKNOWN); // without a result it says nothing, whatever its call had
      }
    }
    EventKind kind = out.kind(out.size() - 1);
    if (kind == EventKind.UNKNOWN || kind.isIgnored()) {
      stats.ignoredRecord(record.framed);
    } else {
      stats.decodedRecord(record.framed);
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
