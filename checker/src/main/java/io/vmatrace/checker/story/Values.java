package io.vmatrace.checker.story;

import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.report.StoryRow.Change;
import io.vmatrace.parser.event.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What probes read from each VMA last. */
final class Values {
  /** What the kernel calls them. */
  private static final Map<Field, String> NAMES = names();

  /** Of one VMA, while it lives. */
  private static final class Last {
    private final long[] values = new long[Field.values().length];
    private long has;

    private boolean has(Field field) {
      return (has & 1L << field.ordinal()) != 0;
    }

    private long value(Field field) {
      return values[field.ordinal()];
    }

    private void put(Field field, long value) {
      values[field.ordinal()] = value;
      has |= 1L << field.ordinal();
    }
  }

  /**
   * Takes a sample over.
   *
   * @param whole whether everything in it is told; else what it shows for the first time, and what has changed
   */
  List<Change> changed(VmaState vma, Sample sample, boolean whole) {
    Last last = of(vma);
    if (last == null) {
      last = new Last();
      vma.memory().put(this, last);
    }
    List<Change> changes = new ArrayList<>();
    for (Map.Entry<Field, String> value : NAMES.entrySet()) {
      Field field = value.getKey();
      boolean known = last.has(field);
      boolean same = known && last.value(field) == sample.value(field);
      if (sample.has(field) && (whole || !same)) {
        changes.add(new Change(value.getValue(), known && !same ? text(field, last.value(field)) : null, text(field, sample.value(field))));
        last.put(field, sample.value(field));
      }
    }
    return changes;
  }

  private static Map<Field, String> names() {
    Map<Field, String> names = new LinkedHashMap<>();
    names.put(Field.START, "vm_start");
    names.put(Field.END, "vm_end");
    names.put(Field.REFCNT, "vm_refcnt");
    names.put(Field.LOCK_SEQ, "vm_lock_seq");
    names.put(Field.MM_SEQ, "mm_lock_seq");
    names.put(Field.DETACHED, "detached");
    return names;
  }

  private static String text(Field field, long value) {
    return switch (field) {
      case REFCNT -> "0x" + Integer.toHexString((int) value);
      case START, END -> StepText.hex(value);
      case DETACHED -> value == 0 ? "no" : "yes";
      default -> Integer.toString((int) value);
    };
  }

  /** Whether the range that was seen last has an address in common with another. */
  boolean overlaps(VmaState vma, PageRange range) {
    PageRange last = range(vma);
    return last != null && last.overlaps(range);
  }

  /** The range that was seen last, or null. */
  @Nullable PageRange range(VmaState vma) {
    Last last = of(vma);
    return last == null || !last.has(Field.START) || !last.has(Field.END) ? null : new PageRange(last.value(Field.START), last.value(Field.END) - 1);
  }

  private @Nullable Last of(VmaState vma) {
    return (Last) vma.memory().get(this);
  }
}
