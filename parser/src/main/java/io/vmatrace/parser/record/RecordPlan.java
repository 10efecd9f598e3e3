package io.vmatrace.parser.record;

import io.vmatrace.parser.bytes.Numbers;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Keys;
import io.vmatrace.parser.event.NamedEvent;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.event.specs.SchedEvents;
import io.vmatrace.parser.event.specs.SyscallEvents;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How records of one format become events: which bytes go into which slot. Made once for a format, used for each of its records. */
final class RecordPlan {
  /** Bits of prev_state that tell states apart (include/linux/sched.h TASK_REPORT): what is above says preempted or frozen. */
  private static final long STATE_BITS = 0xff;

  /** The letters of those bits, lowest first (include/trace/events/sched.h sched_switch). */
  private static final String STATE_LETTERS = "SDTTXZPI";

  /** A value to copy. */
  private record Copy(int slot, int offset, int size, boolean signed, boolean lastByte) {}

  final EventFormat format;

  /** Null when the event is not one of ours; UNKNOWN when only a record says which it is. */
  final @Nullable EventKind kind;

  /** Whether its records have all values that say what happened. */
  final boolean complete;

  /** What is done when the event is one of a function tracer's, else null. */
  final @Nullable FunctionPlan function;

  /** Whether it is an event of the mmap_lock that names the path of its memory cgroup. */
  final boolean memcgPath;

  private final Copy[] copies;

  /** Whether its records are decoded by {@link #put} alone. */
  private final boolean plain;

  /** Bytes that a record must have for all values to be in it. */
  private final int length;

  private final int stateOffset;
  private final int stateSize;

  RecordPlan(EventFormat format, EventNames names) {
    this.format = format;
    byte[] name = format.name().getBytes(StandardCharsets.UTF_8);
    NamedEvent event = names.event(name, 0, name.length, EventNames.hash(name, 0, name.length), format.isProbe());
    function = event == null ? FunctionPlan.of(format) : null;
    kind = event != null ? event.kind() : function != null ? EventKind.UNKNOWN : null;
    memcgPath = event != null && format.field("memcg_path", format.fields()).isPresent();
    FormatField state = kind == SchedEvents.SCHED_SWITCH ? format.field("prev_state", format.fields()).orElse(null) : null;
    stateOffset = state == null ? -1 : state.offset();
    stateSize = state == null ? 0 : state.size();
    copies = event == null ? new Copy[0] : copies(format, event);
    int covered = 0;
    int end = function == null ? stateOffset + stateSize : function.length;
    for (Copy copy : copies) {
      covered |= 1 << copy.slot();
      end = Math.max(end, copy.offset() + copy.size());
    }
    length = end;
    complete = event == null || (covered & event.keys().mandatory()) == event.keys().mandatory();
    plain = event != null && complete;
  }

  private static Copy[] copies(EventFormat format, NamedEvent event) {
    EventKind kind = event.kind();
    Keys keys = event.keys();
    List<Copy> copies = new ArrayList<>();
    int taken = 0;
    for (FormatField field : format.fields()) {
      if (kind == SyscallEvents.RAW_SYS_ENTER && field.name().equals("args")) {
        copies.addAll(arguments(field));
      }
      byte[] name = field.name().getBytes(StandardCharsets.UTF_8);
      int key = field.shape() == FormatField.Shape.NUMBER ? keys.find(name, 0, name.length, 0) : -1;
      if (key >= 0 && (taken & 1 << keys.slot(key)) == 0) {
        int slot = keys.slot(key);
        taken |= 1 << slot;
        boolean last = kind.fields().get(slot) == Field.END && kind.source() == EventKind.Source.TRACEPOINT;
        copies.add(new Copy(slot, field.offset(), field.size(), field.signed(), last));
      }
    }
    return copies.toArray(new Copy[0]);
  }

  private static final List<Field> ARGUMENTS = List.of(Field.START, Field.LENGTH, Field.NEW_LENGTH, Field.FLAGS, Field.ADDRESS);
  private static final int ARGUMENTS_OF_A_CALL = 6;

  /** {@code unsigned long args[6]} of raw_syscalls:sys_enter. */
  private static List<Copy> arguments(FormatField args) {
    int size = args.size() / ARGUMENTS_OF_A_CALL;
    List<Copy> copies = new ArrayList<>();
    for (int i = 0; i < ARGUMENTS.size() && (size == Integer.BYTES || size == Long.BYTES); i++) {
      copies.add(new Copy(SyscallEvents.RAW_SYS_ENTER.slot(ARGUMENTS.get(i)), args.offset() + i * size, size, false, false));
    }
    return copies;
  }

  /** Whether a record of a length has all that this plan reads. */
  boolean fits(int bytes) {
    return bytes >= length;
  }

  /** Whether a record of a length is whole and decoded by {@link #put} alone, which most are. */
  boolean isPlain(int bytes) {
    return plain && bytes >= length;
  }

  /** Puts the values of a record at {@code from} into the batch's last event. */
  void put(Numbers numbers, byte[] b, int from, EventBatch out) {
    for (Copy copy : copies) {
      long value = numbers.read(b, from + copy.offset, copy.size, copy.signed);
      out.putSlot(copy.slot, copy.lastByte ? value + 1 : value);
    }
    if (stateOffset >= 0) {
      out.put(Field.STATE, letter(numbers.read(b, from + stateOffset, stateSize, false)));
    }
  }

  private static char letter(long state) {
    long bits = state & STATE_BITS;
    return bits == 0 ? 'R' : STATE_LETTERS.charAt(Long.numberOfTrailingZeros(bits));
  }
}
