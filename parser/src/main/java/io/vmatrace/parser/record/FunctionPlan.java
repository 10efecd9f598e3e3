package io.vmatrace.parser.record;

import io.vmatrace.parser.bytes.Numbers;
import io.vmatrace.parser.event.Calls;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the values of a record of the tracers function and function_graph are (kernel/trace/trace_entries.h, 6.18):
 *
 * <pre>
 * function         ip, parent_ip, args[]
 * funcgraph_entry  func, depth, args[]                                 fgraph_retaddr_entry: retaddr in place of args[]
 * funcgraph_exit   func, depth, overrun, calltime, rettime, and retval with CONFIG_FUNCTION_GRAPH_RETVAL
 * </pre>
 */
final class FunctionPlan {
  /** What a record is. */
  enum Step {
    /** A call whose return is not recorded. */
    CALL,
    /** A call whose return is recorded too. */
    GRAPH_CALL,
    RETURN
  }

  private static final String SYSTEM = "ftrace";

  /** FTRACE_REGS_MAX_ARGS of x86-64, and of arm64, riscv, loongarch and powerpc: arguments that are recorded, or none. */
  private static final int SIX = 6;

  private static final int EIGHT = 8;

  final Step step;
  private final FormatField function;

  /** Bytes that a record must have for all but its arguments. */
  final int length;

  /** An int, and of calls since 7.0 a long. */
  private final @Nullable FormatField depth;

  private final int argsOffset;
  private final @Nullable FormatField result;

  private FunctionPlan(EventFormat format, Step step, FormatField function) {
    this.step = step;
    this.function = function;
    depth = number(format, "depth", step != Step.CALL).orElse(null);
    Optional<FormatField> args = format.field("args", format.fields()).filter(field -> field.size() == 0 && step != Step.RETURN);
    result = number(format, "retval", step == Step.RETURN).orElse(null);
    argsOffset = args.map(FormatField::offset).orElse(-1);
    length = Math.max(end(function), Math.max(end(depth), end(result)));
  }

  private static int end(@Nullable FormatField field) {
    return field == null ? 0 : field.offset() + field.size();
  }

  private static Optional<FormatField> number(EventFormat format, String name, boolean wanted) {
    return format.field(name, format.fields()).filter(field -> wanted && field.shape() == FormatField.Shape.NUMBER);
  }

  /** The plan of a format, or null when it is not one of these. */
  static @Nullable FunctionPlan of(EventFormat format) {
    Step step =
        switch (format.system().equals(SYSTEM) ? format.name() : "") {
          case "function" -> Step.CALL;
          case "funcgraph_entry", "fgraph_retaddr_entry" -> Step.GRAPH_CALL;
          case "funcgraph_exit" -> Step.RETURN;
          default -> null;
        };
    if (step == null) {
      return null;
    }
    return number(format, step == Step.CALL ? "ip" : "func", true).map(function -> new FunctionPlan(format, step, function)).orElse(null);
  }

  /** The address in the function. */
  long address(Numbers numbers, byte[] b, int from) {
    return numbers.read(b, from + function.offset(), function.size(), false);
  }

  /** How many calls of the task are around it, at most {@link Calls#MOST_DEPTH}, or -1. */
  int depth(Numbers numbers, byte[] b, int from) {
    return depth == null ? -1 : Math.clamp(numbers.read(b, from + depth.offset(), depth.size(), true), -1, Calls.MOST_DEPTH);
  }

  /** Puts the arguments that a kind of event has into the batch's last event, which is of that kind; they begin at {@code first}. */
  static void putArguments(Numbers numbers, byte[] b, int first, int major, EventBatch out) {
    @Nullable Field[] fields = out.kind(out.size() - 1).arguments(major);
    for (int i = 0; i < fields.length; i++) {
      Field field = fields[i];
      if (field != null) {
        out.put(field, field.ofRegister(numbers.u64(b, first + i * Long.BYTES)));
      }
    }
  }

  /**
   * Where the arguments begin, or -1. With the options funcgraph-args and funcgraph-retaddr of later kernels the address to which the
   * function returns is in front of them, and alone it is there in their place (kernel/trace/trace_functions_graph.c ARGS_OFFS()).
   */
  int firstArgument(int from, int to) {
    if (argsOffset < 0 || function.size() != Long.BYTES) {
      return -1;
    }
    return switch ((to - from - argsOffset) / Long.BYTES) {
      case SIX, EIGHT -> from + argsOffset;
      case SIX + 1, EIGHT + 1 -> from + argsOffset + Long.BYTES;
      default -> -1;
    };
  }

  /** Puts what the function returned into the batch's last event, where the record has it and the function returns something. */
  void putResult(Numbers numbers, byte[] b, int from, int major, EventBatch out) {
    EventKind kind = out.kind(out.size() - 1);
    int slot = kind.returned(major);
    if (result != null && slot >= 0) {
      List<Field> fields = kind.fields();
      out.putSlot(slot, fields.get(slot).ofRegister(numbers.read(b, from + result.offset(), result.size(), false)));
    }
  }
}
