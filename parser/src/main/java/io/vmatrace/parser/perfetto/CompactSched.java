package io.vmatrace.parser.perfetto;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.Arrays;

/**
 * The switches and wake-ups of a bundle that are written by columns, one packed field for each value of the events; times are
 * differences (ftrace_event_bundle.proto CompactSched).
 */
final class CompactSched {
  static final int SWITCH_TIME = 1;
  static final int PREV_STATE = 2;
  static final int NEXT_PID = 3;
  static final int NEXT_PRIO = 4;
  static final int NEXT_COMM = 6;
  static final int WAKING_TIME = 7;
  static final int WAKING_PID = 8;
  static final int TARGET_CPU = 9;
  static final int WAKING_PRIO = 10;
  static final int WAKING_COMM = 11;
  static final int WAKING_FLAGS = 12;
  private static final int NAME = 5;
  private static final int COLUMNS = 13;

  private final long[][] columns = new long[COLUMNS][0];
  private final int[] lengths = new int[COLUMNS];
  private int[] names = new int[64];
  private int namesEnd;

  /** Forgets the last one. */
  void clear() {
    Arrays.fill(lengths, 0);
    namesEnd = 0;
  }

  /**
   * Reads that in [from, to).
   *
   * @throws IOException when it is damaged, or its columns are not of the same length; then there is none
   */
  void read(byte[] b, int from, int to) throws IOException {
    clear();
    try {
      Message fields = new Message(b, from, to);
      while (fields.next()) {
        if (fields.isBytes(NAME)) {
          name(fields);
        } else if (fields.field < COLUMNS && fields.wire == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
          column(b, fields);
        } else if (fields.field < COLUMNS && fields.wire == WireFormat.WIRETYPE_VARINT) {
          add(fields.field, fields.number);
        }
      }
      demandSame(SWITCH_TIME, PREV_STATE, NEXT_PID, NEXT_PRIO, NEXT_COMM);
      demandSame(WAKING_TIME, WAKING_PID, TARGET_CPU, WAKING_PRIO, WAKING_COMM);
    } catch (IOException e) {
      clear();
      throw e;
    }
    sum(SWITCH_TIME);
    sum(WAKING_TIME);
  }

  private void name(Message fields) {
    if (namesEnd + 2 > names.length) {
      names = Arrays.copyOf(names, names.length * 2);
    }
    names[namesEnd++] = fields.from;
    names[namesEnd++] = fields.to;
  }

  private void column(byte[] b, Message fields) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(b, fields.from, fields.to - fields.from);
    while (!in.isAtEnd()) {
      add(fields.field, in.readRawVarint64());
    }
  }

  private void add(int column, long value) {
    int n = lengths[column]++;
    if (n == columns[column].length) {
      columns[column] = Arrays.copyOf(columns[column], Math.max(64, n * 2));
    }
    columns[column][n] = value;
  }

  private void demandSame(int... same) throws IOException {
    for (int column : same) {
      if (lengths[column] != lengths[same[0]]) {
        throw new InvalidProtocolBufferException("columns of %d and %d values".formatted(lengths[same[0]], lengths[column]));
      }
    }
  }

  private void sum(int column) {
    for (int i = 1; i < lengths[column]; i++) {
      columns[column][i] += columns[column][i - 1];
    }
  }

  int switches() {
    return lengths[SWITCH_TIME];
  }

  int wakings() {
    return lengths[WAKING_TIME];
  }

  long time(int column, int i) {
    return columns[column][i];
  }

  /** A value of the i-th event; 0 where a later version has a column more. */
  long value(int column, int i) {
    return i < lengths[column] ? columns[column][i] : 0;
  }

  /** Whether there is such a column. */
  boolean has(int column) {
    return lengths[column] > 0;
  }

  /** Where the bytes of a name begin; 0 when there is no such name. */
  int nameFrom(long index) {
    return index < 0 || index * 2 >= namesEnd ? 0 : names[(int) index * 2];
  }

  /** Where they end. */
  int nameTo(long index) {
    return index < 0 || index * 2 >= namesEnd ? 0 : names[(int) index * 2 + 1];
  }

  String name(byte[] b, long index) {
    return Survey.text(b, nameFrom(index), nameTo(index));
  }
}
