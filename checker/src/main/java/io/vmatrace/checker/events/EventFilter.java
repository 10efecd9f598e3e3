package io.vmatrace.checker.events;

import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventDescriber;
import io.vmatrace.parser.event.EventDescription;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.ValueForm;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.event.specs.MmEvents;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.collections.impl.set.mutable.primitive.LongHashSet;
import org.jspecify.annotations.Nullable;

/**
 * A selection, applied to the events of one capture in their order. An event that reports a loss has no task and no
 * address; it passes those filters, so that the output never looks complete where it is not.
 */
final class EventFilter {
  private static final int PAGE_SHIFT = 12;

  /** So many mms that nobody wants are remembered. */
  private static final int MOST_MMS = 4_096;
  private static final List<Field> POINTERS = List.of(Field.MM, Field.VMA, Field.OTHER, Field.REMOVE, Field.LOCK, Field.RWSEM);

  private final Selection selection;
  private final @Nullable EventDescriber describer;
  private final RawCalls values;
  private final NamePatterns names;
  private final NamePatterns comms;
  private final Set<Integer> pids = new HashSet<>();
  private final long[] mms;
  private final LongHashSet otherMms = new LongHashSet();
  private final long[] addresses;
  private final TimeWindow window;

  /**
   * @param describer for the selections that need words; else null
   * @param values the values of the events
   * @param lastTime time of the capture's last event, where the selection asks for it
   */
  EventFilter(Selection selection, @Nullable EventDescriber describer, RawCalls values, long lastTime) {
    this.selection = selection;
    this.describer = describer;
    this.values = values;
    window = new TimeWindow(selection, lastTime);
    names = new NamePatterns(selection.events());
    comms = new NamePatterns(selection.tasks());
    selection.tasks().stream().filter(task -> task.matches("\\d{1,9}")).map(Integer::valueOf).forEach(pids::add);
    mms = selection.mms().stream().mapToLong(Long::longValue).toArray();
    addresses = selection.addresses().stream().mapToLong(Long::longValue).toArray();
  }

  /** Whether an event is wanted. Ask for each, in order. */
  boolean accept(EventBatch events, int i, ClockUnit unit) {
    EventKind kind = events.kind(i);
    boolean marker = isLoss(kind);
    if (!marker) {
      window.reach(events.time(i), unit);
    }
    return window.isInside()
        && (marker || (mms.length == 0 || concernsMm(events, i)) && (addresses.length == 0 || concernsAddress(events, i)))
        && (!selection.needsWords() || describer == null || acceptWords(events, i, kind, marker, describer));
  }

  /** The names of events that it was asked about, as far as they matter and are remembered. */
  List<String> namesSeen() {
    return names.seen();
  }

  /** The same of comms. */
  List<String> commsSeen() {
    return comms.seen();
  }

  /** The mms that it was asked about and that are not wanted, in hexadecimal, as far as they are remembered. */
  List<String> mmsSeen() {
    return Arrays.stream(otherMms.toSortedArray()).mapToObj(mm -> "0x" + Long.toHexString(mm)).toList();
  }

  /** Whether everything from here on is too late. */
  boolean isOver() {
    return window.isOver();
  }

  private boolean acceptWords(EventBatch events, int i, EventKind kind, boolean marker, EventDescriber words) {
    boolean byPid = marker || comms.isEmpty() || pids.contains(events.task(i));
    if (byPid && names.isEmpty()) {
      return true;
    }
    EventDescription said = words.brief(events, i);
    String name = marker ? kind.eventName() : said.name();
    return (byPid || comms.accept(said.comm(), said.comm()))
        && (names.isEmpty() || names.accept(name, otherName(kind, name)));
  }

  /** The name of the kind: the kernel's text prints sys_mmap for what is sys_enter_mmap or sys_exit_mmap. */
  private static String otherName(EventKind kind, String name) {
    return kind == EventKind.UNKNOWN || kind.kernelName().isEmpty() ? name : kind.eventName();
  }

  private boolean concernsMm(EventBatch events, int i) {
    for (long mm : mms) {
      if (events.has(i, Field.MM) && events.value(i, Field.MM) == mm
          || isDupMmap(events.kind(i)) && events.has(i, Field.OTHER) && events.value(i, Field.OTHER) == mm) {
        return true;
      }
    }
    if (events.has(i, Field.MM) && otherMms.size() < MOST_MMS) {
      otherMms.add(events.value(i, Field.MM));
    }
    return false;
  }

  private static boolean isDupMmap(EventKind kind) {
    return kind == MmEvents.DUP_MMAP || kind == MmEvents.DUP_MMAP_RET;
  }

  private boolean concernsAddress(EventBatch events, int i) {
    for (long address : addresses) {
      if (isInRange(events, i, address) || isAt(events, i, address) || isPointer(events, i, address)) {
        return true;
      }
    }
    return false;
  }

  /** Ranges are of user space, the lower half; a store at the top of the tree ends at 2^64, which is 0. */
  private boolean isInRange(EventBatch events, int i, long address) {
    if (address < 0 || !values.has(events, i, Field.START)) {
      return false;
    }
    long start = values.value(events, i, Field.START);
    if (values.has(events, i, Field.END)) {
      long end = values.value(events, i, Field.END);
      boolean toTop = end == 0 && events.kind(i).source() == EventKind.Source.TRACEPOINT;
      return Long.compareUnsigned(address, start) >= 0 && (toTop || Long.compareUnsigned(address, end) < 0);
    }
    return values.has(events, i, Field.LENGTH) && Long.compareUnsigned(address - start, values.value(events, i, Field.LENGTH)) < 0;
  }

  private boolean isAt(EventBatch events, int i, long address) {
    return values.has(events, i, Field.ADDRESS) && values.value(events, i, Field.ADDRESS) >>> PAGE_SHIFT == address >>> PAGE_SHIFT;
  }

  private static boolean isPointer(EventBatch events, int i, long address) {
    for (Field field : POINTERS) {
      if (events.has(i, field) && events.value(i, field) == address) {
        return true;
      }
    }
    return events.has(i, Field.RET) && events.kind(i).form(Field.RET) == ValueForm.ADDRESS && events.value(i, Field.RET) == address;
  }

  static boolean isLoss(EventKind kind) {
    return MarkerEvents.isLoss(kind);
  }
}
