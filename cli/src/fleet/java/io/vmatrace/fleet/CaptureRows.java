package io.vmatrace.fleet;

import java.io.Serializable;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/** What the check of one capture gives, row by row of each table. */
record CaptureRows(EnumMap<Tables, List<Row>> rows) implements Serializable {
  private static final long serialVersionUID = 1L;

  List<Row> of(Tables table) {
    return rows.getOrDefault(table, List.of());
  }

  static CaptureRows of(Map<Tables, List<Row>> rows) {
    return new CaptureRows(new EnumMap<>(rows));
  }
}
