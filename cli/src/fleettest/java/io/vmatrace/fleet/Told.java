package io.vmatrace.fleet;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * All that is told of each capture, as one text in the same words, whether {@code vmatrace check --format ndjson} tells it or the
 * job's tables do: verdict, reasons, format, kernel, counts, error, all findings, all rules, all reasons of faults.
 */
final class Told {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private static final String CAPTURES =
      """
      SELECT path, concat_ws(' | ', verdict, coalesce(error, 'null'), coalesce(reasons, ''), coalesce(format, 'null'), coalesce(release, 'null'),
        coalesce(generation, 'null'), coalesce(evidence, 'null'), coalesce(bytes, 0), coalesce(events, 0), coalesce(damaged, 0), coalesce(lost, 0),
        coalesce(faults, 0), coalesce(faults_vma_lock, 0), coalesce(faults_mmap_lock, 0), coalesce(faults_unresolved, 0)),
        coalesce(r.told, ''), coalesce(w.told, ''), coalesce(f.told, '')
      FROM checks c
      LEFT JOIN (SELECT check_id, array_to_string(list_sort(list(concat_ws(' ', rule, status, checked, violations))), ', ') AS told
        FROM rules GROUP BY check_id) r ON r.check_id = c.check_id
      LEFT JOIN (SELECT check_id, array_to_string(list_sort(list(concat_ws(' ', fault_path, reason, faults))), ', ') AS told
        FROM faults GROUP BY check_id) w ON w.check_id = c.check_id
      LEFT JOIN (SELECT check_id, array_to_string(list_sort(list(concat_ws(' | ', rule, cause, severity, certainty, message, coalesce(mm, 'null'),
          coalesce(vma, 'null'), coalesce(vma_range, 'null'), coalesce(line, -1), coalesce(byte_offset, -1)))), ', ') AS told
        FROM findings GROUP BY check_id) f ON f.check_id = c.check_id
      """;

  private static final String LATEST = "SELECT * FROM captures QUALIFY row_number() OVER (PARTITION BY path ORDER BY checked_at DESC) = 1";

  private final Map<String, String> told = new TreeMap<>();

  /** Equal captures are told in equal words, which are kept once. */
  private final Map<String, String> words = new HashMap<>();

  private Told() {}

  /** By path, as the command line was given it. */
  static Map<String, String> byCheck(List<Path> ndjson) throws IOException {
    Told all = new Told();
    for (Path file : ndjson) {
      List<String> findings = new ArrayList<>();
      try (BufferedReader lines = Files.newBufferedReader(file)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          JsonNode node = MAPPER.readTree(line);
          if (node.path("type").asString().equals("finding")) {
            findings.add(finding(node));
          } else {
            Collections.sort(findings);
            all.put(node.path("path").asString(), List.of(capture(node), rules(node), faults(node), String.join(", ", findings)));
            findings.clear();
          }
        }
      }
    }
    return all.told;
  }

  /** By path without its scheme, from the tables under a folder, where each capture is once. */
  static Map<String, String> byTables(Path results) throws SQLException {
    return byTables(results, "SELECT * FROM captures");
  }

  /** The same where captures were checked again. */
  static Map<String, String> byLatest(Path results) throws SQLException {
    return byTables(results, LATEST);
  }

  private static Map<String, String> byTables(Path results, String captures) throws SQLException {
    Told all = new Told();
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:"); Statement statement = duck.createStatement()) {
      statement.execute("SET autoinstall_known_extensions = false");
      statement.execute("SET memory_limit = '400MB'");
      statement.execute("SET threads = 1");
      for (Tables table : Tables.values()) {
        statement.execute(
            "CREATE VIEW %s AS SELECT * FROM read_parquet('%s/%s/*/*/*.parquet', hive_partitioning = true, hive_types_autocast = false)"
                .formatted(table.folder(), results, table.folder()));
      }
      statement.execute("CREATE VIEW checks AS " + captures);
      try (ResultSet rows = statement.executeQuery(CAPTURES)) {
        while (rows.next()) {
          String path = rows.getString(1).replaceFirst("^file:", "");
          // an error may name the capture, which the job calls as the store does
          all.put(path, List.of(rows.getString(2).replace(rows.getString(1), path), rows.getString(3), rows.getString(4), rows.getString(5)));
        }
      }
    }
    return all.told;
  }

  private void put(String path, List<String> parts) {
    String text = String.join("\n", parts);
    String before = told.put(path, words.computeIfAbsent(text, Function.identity()));
    if (before != null) {
      throw new AssertionError("told twice: " + path);
    }
  }

  private static String capture(JsonNode node) {
    JsonNode input = node.path("input");
    JsonNode faults = node.path("faults");
    List<String> values = new ArrayList<>();
    values.add(node.path("verdict").asString());
    values.add(text(node.path("error")));
    values.add(node.path("reasons").valueStream().map(JsonNode::asString).collect(Collectors.joining("; ")));
    values.add(text(node.path("format")));
    values.add(text(node.path("kernel").path("release")));
    values.add(text(node.path("kernel").path("generation")));
    values.add(text(node.path("evidence")));
    for (String count : List.of("bytes", "events", "damaged", "lost")) {
      values.add(Long.toString(input.path(count).asLong(0)));
    }
    for (String count : List.of("total", "vmaLock", "mmapLock", "unresolved")) {
      values.add(Long.toString(faults.path(count).asLong(0)));
    }
    return String.join(" | ", values);
  }

  private static String text(JsonNode node) {
    return node.isMissingNode() || node.isNull() ? "null" : node.asString();
  }

  private static String finding(JsonNode node) {
    List<String> values = new ArrayList<>();
    for (String part : List.of("rule", "cause", "severity", "certainty", "message", "mm", "vma", "range")) {
      values.add(text(node.path(part)));
    }
    values.add(Long.toString(node.path("at").path("line").asLong(-1)));
    values.add(Long.toString(node.path("at").path("offset").asLong(-1)));
    return String.join(" | ", values);
  }

  private static String rules(JsonNode node) {
    return node.path("rules")
        .valueStream()
        .map(rule -> "%s %s %d %d".formatted(rule.path("id").asString(), rule.path("status").asString(), rule.path("checked").asLong(), rule.path("violations").asLong()))
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private static String faults(JsonNode node) {
    return node.path("faultCauses")
        .valueStream()
        .map(cause -> "%s %s %d".formatted(cause.path("path").asString(), cause.path("reason").asString(), cause.path("count").asLong()))
        .sorted()
        .collect(Collectors.joining(", "));
  }
}
