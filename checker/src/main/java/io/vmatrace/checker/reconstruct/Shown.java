package io.vmatrace.checker.reconstruct;

import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** How often the capture has shown each op, and which fields its probes have read. */
final class Shown {
  private final long[] ops = new long[Op.values().length];
  private long fields;

  void add(Op op) {
    ops[op.ordinal()]++;
  }

  /** Fields that a probe has read: a bit for each, by its ordinal. */
  void addFields(long read) {
    fields |= read;
  }

  boolean has(Op op) {
    return ops[op.ordinal()] > 0;
  }

  /** How often each op was shown; those that never were are left out. */
  Map<Op, Long> ops() {
    Map<Op, Long> counts = new EnumMap<>(Op.class);
    for (Op op : Op.values()) {
      if (has(op)) {
        counts.put(op, ops[op.ordinal()]);
      }
    }
    return counts;
  }

  /** The fields that probes have read. */
  Set<Field> fields() {
    Set<Field> read = EnumSet.allOf(Field.class);
    read.removeIf(field -> (fields >>> field.ordinal() & 1) == 0);
    return read;
  }
}
