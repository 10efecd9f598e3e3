package io.vmatrace.checker.events;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.SyscallEvents;
import io.vmatrace.parser.event.specs.SyscallNumbers;
import org.jspecify.annotations.Nullable;

/**
 * The values of events, by what they mean: the columns of a system call that is recorded by its number hold its arguments by their places,
 * and which of them is an address or a length only the call tells.
 */
final class RawCalls {
  private final SyscallNumbers numbers;

  /** @param architecture the machine's, as uname -m has it, or null */
  RawCalls(@Nullable String architecture) {
    numbers = SyscallNumbers.of(architecture);
  }

  boolean has(EventBatch events, int i, Field field) {
    if (events.kind(i) != SyscallEvents.RAW_SYS_ENTER || field == Field.SYSCALL_NR) {
      return events.has(i, field);
    }
    Field place = place(events, i, field);
    return place != null && events.has(i, place);
  }

  /** A value that the event has. */
  long value(EventBatch events, int i, Field field) {
    boolean plain = events.kind(i) != SyscallEvents.RAW_SYS_ENTER || field == Field.SYSCALL_NR;
    Field place = plain ? field : place(events, i, field);
    return place == null ? 0 : events.value(i, place);
  }

  /** The column with the argument that a field is in the call; null where the call has none, or is not known. */
  private @Nullable Field place(EventBatch events, int i, Field field) {
    EventKind call = numbers.entered(events.value(i, Field.SYSCALL_NR));
    if (!call.fields().contains(field) || call != SyscallEvents.SYS_ENTER_CLONE && mayBeOf32Bits(events.value(i, Field.START))) {
      return null;
    }
    return switch (field) {
      case FLAGS -> call == SyscallEvents.SYS_ENTER_MADVISE ? Field.NEW_LENGTH : call == SyscallEvents.SYS_ENTER_CLONE ? Field.START : Field.FLAGS;
      case ADDRESS -> call == SyscallEvents.SYS_ENTER_BRK ? Field.START : Field.ADDRESS;
      default -> field;
    };
  }

  /** A task of 32 bits has other numbers, and nothing says that it is one but that its addresses are small. */
  private static boolean mayBeOf32Bits(long address) {
    return address != 0 && address >>> Integer.SIZE == 0;
  }
}
