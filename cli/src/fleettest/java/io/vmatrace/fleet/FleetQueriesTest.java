package io.vmatrace.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import io.vmatrace.checker.check.Check;
import io.vmatrace.checker.report.Gate;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.report.Report.ReasonCount;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.input.CaptureException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The queries of docs/FLEET.md, in Spark and in DuckDB, and what they answer: counted by hand from the reports that {@code check} gives. */
class FleetQueriesTest {
  private static final Path SAMPLES = Path.of("samples");
  private static final Pattern QUERY = Pattern.compile("([^\n]+):\n\n```sql\n(.*?)```", Pattern.DOTALL);

  /** Those of a log of 7.2.13 under other names of kernels: its own words, with another release; the fastest to go wrong are told by their numbers. */
  private static final List<String> RELEASES = List.of("7.10.1", "7.2.0", "7.2.0-rc10", "7.2.0-rc9", "7.2.13-rc1", "7.3.4");

  /** The day of a capture that shows what another one shows too, whose name comes before its own. */
  private static final String EARLIER = "2020-02-02";

  /** A capture as {@code check} tells of it: a report, an error, or both where it could be read in part. */
  private record Checked(String kernel, String day, @Nullable Report report, @Nullable String error) {
    private String verdict() {
      return report == null ? "UNREADABLE" : report.verdict().name();
    }

    private List<FindingReport> findings() {
      return report == null ? List.of() : report.findings();
    }

    private List<ReasonCount> reasons() {
      return report == null ? List.of() : report.faultReasons();
    }
  }

  @TempDir static Path folder;
  private static final List<Checked> CHECKED = new ArrayList<>();
  private static final Map<String, String> QUERIES = new LinkedHashMap<>();
  private static SparkSession spark;

  @BeforeAll
  static void run() throws Exception {
    Path in = Files.createDirectories(folder.resolve("in"));
    for (String sample : List.of("broken-fork-unlocked-fork-faults.txt.zst", "broken-detach-no-wait-churn.txt.zst", "clean-6.12.94-churn.txt.zst", "clean-7.2.13-churn.txt.zst",
        "clean-6.18.15-churn-perf.data", "clean-7.3.4-mixed.txt.zst", "formats/perfetto-dense.pb.zst", "formats/tracecmd-v7-zstd.dat")) {
      Files.copy(SAMPLES.resolve(sample), in.resolve(Path.of(sample).getFileName().toString()));
    }
    Path earlier = Files.copy(SAMPLES.resolve("broken-fork-unlocked-fork-faults.txt.zst"), in.resolve("earlier.zst"));
    Files.setLastModifiedTime(earlier, FileTime.from(Instant.parse(EARLIER + "T12:00:00Z")));
    Path out = folder.resolve("out");
    Path changed = Files.copy(SAMPLES.resolve("broken-free-attached-churn.txt.zst"), in.resolve("changed.zst"));
    spark = LocalSpark.builder().getOrCreate();
    assertThat(FleetJob.run(spark, folder.resolve("in").toString(), out.toString(), 100)).as("what is there, one of which is another then").isEqualTo(10);
    Files.write(changed, Files.readAllBytes(SAMPLES.resolve("clean-6.16.12-churn.txt.zst")));
    String log = log();
    Files.writeString(in.resolve("none.log"), log.replaceAll(" 7\\.2\\.13[^ ]*", ""));
    for (String release : RELEASES) {
      Files.writeString(in.resolve(release + ".log"), log.replace("7.2.13", release));
    }
    byte[] whole = Files.readAllBytes(SAMPLES.resolve("clean-7.2.13-churn.txt.zst"));
    Files.write(in.resolve("cut.zst"), Arrays.copyOf(whole, whole.length / 2));
    Files.writeString(in.resolve("text"), "no capture\n");
    Files.createFile(in.resolve("empty"));
    try (Stream<Path> files = Files.list(in)) {
      files.forEach(file -> CHECKED.add(check(file)));
    }
    Matcher matcher = QUERY.matcher(Files.readString(Path.of("docs/FLEET.md"), StandardCharsets.UTF_8));
    while (matcher.find()) {
      QUERIES.put(matcher.group(1).split(",", 2)[0], matcher.group(2).strip());
    }
    assertThat(FleetJob.run(spark, in.toString(), out.toString(), 100)).as("what is new or changed").isEqualTo(CHECKED.size() - 9);
    for (Tables table : Tables.values()) {
      spark.read().schema(table.schema()).parquet(table.under(out.toString())).createOrReplaceTempView(table.folder());
    }
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static String day(Path file) {
    try {
      return Files.getLastModifiedTime(file).toString().substring(0, 10);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String log() throws IOException {
    try (InputStream in = new ZstdInputStream(Files.newInputStream(SAMPLES.resolve("broken-no-reader-wait-oops-console.log.zst")))) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private static Checked check(Path file) {
    String day = day(file);
    Check check = new Check(new Check.Wanted(false, _ -> true, Gate.SHUT, false));
    try (CaptureSource source = CaptureSource.of(file.toString())) {
      CaptureRun.over(source, CaptureRun.Options.DEFAULT, _ -> {}, check);
    } catch (CaptureException e) {
      return new Checked("unknown", day, null, e.reason());
    }
    Report report = check.report();
    String release = report.kernel().release();
    String kernel = release != null && !release.isBlank() ? release : String.valueOf(report.kernel().generation());
    return new Checked(kernel, day, report, report.unreadable());
  }

  @Test
  void shouldGiveTheSameInDuckDbAndWhatCheckSays() throws Exception {
    Map<String, List<String>> expected = new LinkedHashMap<>();
    expected.put("Verdicts by kernel", counts(CHECKED.stream().map(one -> one.kernel + " | " + one.verdict()).toList()));
    expected.put("Which rules fire on which kernels", rulesByKernel());
    expected.put("The first kernel that shows a cause", firstKernels());
    expected.put("How many faults fall back to the mmap_lock", fallBacks());
    expected.put("Why", whys());
    expected.put("What could not be read", counts(CHECKED.stream().map(Checked::error).filter(Objects::nonNull).toList()));
    assertThat(QUERIES.keySet()).containsExactlyInAnyOrderElementsOf(Stream.concat(Stream.of("The last check of each capture"), expected.keySet().stream()).toList());
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:"); Statement statement = duck.createStatement()) {
      views(statement);
      String latest = QUERIES.getOrDefault("The last check of each capture", "");
      statement.execute(latest);
      spark.sql(latest.replace("CREATE VIEW", "CREATE OR REPLACE TEMPORARY VIEW"));
      for (Map.Entry<String, List<String>> answer : expected.entrySet()) {
        String query = QUERIES.getOrDefault(answer.getKey(), "");
        assertThat(spark.sql(query).collectAsList().stream().map(FleetQueriesTest::shown).toList()).as("Spark: " + query).isEqualTo(answer.getValue());
        assertThat(inDuckDb(statement, query)).as("DuckDB: " + query).isEqualTo(answer.getValue());
      }
    }
  }

  private static void views(Statement statement) throws Exception {
    statement.execute("SET autoinstall_known_extensions = false");
    statement.execute("SET TimeZone = 'UTC'");
    for (Tables table : Tables.values()) {
      statement.execute(
          "CREATE VIEW %s AS SELECT * FROM read_parquet('%s/*/*/*.parquet', hive_partitioning = true, hive_types_autocast = false)"
              .formatted(table.folder(), table.under(folder.resolve("out").toString())));
    }
  }

  private static List<String> counts(List<String> occasions) {
    Map<String, Integer> counts = new TreeMap<>();
    occasions.forEach(occasion -> counts.merge(occasion, 1, Integer::sum));
    return counts.entrySet().stream().map(entry -> entry.getKey() + " | " + entry.getValue()).toList();
  }

  private static List<String> rulesByKernel() {
    Map<String, long[]> rules = new TreeMap<>();
    for (Checked one : CHECKED) {
      one.findings().forEach(finding -> rules.computeIfAbsent(one.kernel + " | " + finding.rule(), _ -> new long[2])[1]++);
      one.findings().stream().map(FindingReport::rule).distinct().forEach(rule -> rules.computeIfAbsent(one.kernel + " | " + rule, _ -> new long[2])[0]++);
    }
    assertThat(rules).as("more than one capture of a kernel, and more than one finding").anySatisfy((_, counted) -> assertThat(counted[1]).isGreaterThan(counted[0]));
    return rules.entrySet().stream().map(entry -> "%s | %d | %d".formatted(entry.getKey(), entry.getValue()[0], entry.getValue()[1])).toList();
  }

  /** The log's cause is on all of them, and 7.2.0-rc9 is the first; those that only text captures show have the design of their VMA lock. */
  private static List<String> firstKernels() {
    Map<String, String> first = new TreeMap<>();
    for (Checked one : CHECKED.stream().sorted(Comparator.comparing(Checked::day)).toList()) {
      boolean isFirst = one.kernel.equals("7.2.0-rc9");
      one.findings().forEach(finding -> first.merge(finding.cause(), one.kernel + " | " + one.day, (before, now) -> isFirst ? now : before));
    }
    assertThat(first.values()).as("of a log, and of texts, of which one is of an earlier day").anyMatch(of -> of.startsWith("7.2.0-rc9")).contains("exclude-readers | " + EARLIER);
    return first.entrySet().stream().map(entry -> entry.getKey() + " | " + entry.getValue()).toList();
  }

  private static List<String> fallBacks() {
    Map<String, long[]> sums = new TreeMap<>();
    for (Checked one : CHECKED) {
      Report report = one.report;
      if (report != null && report.faults().total() > 0) {
        long[] sum = sums.computeIfAbsent(one.kernel, _ -> new long[3]);
        sum[0]++;
        sum[1] += report.faults().total();
        sum[2] += report.faults().mmapLock();
      }
    }
    return sums.entrySet().stream()
        .map(entry -> "%s | %d | %d | %d | %.6f".formatted(entry.getKey(), entry.getValue()[0], entry.getValue()[1], entry.getValue()[2],
            Math.round(10_000.0 * entry.getValue()[2] / entry.getValue()[1]) / 10_000.0))
        .toList();
  }

  private static List<String> whys() {
    Map<String, Long> reasons = new TreeMap<>();
    for (Checked one : CHECKED) {
      for (ReasonCount reason : one.reasons()) {
        if (reason.path().equals("mmapLock")) {
          reasons.merge(one.kernel + " | " + reason.reason(), reason.count(), Long::sum);
        }
      }
    }
    return reasons.entrySet().stream().map(entry -> entry.getKey() + " | " + entry.getValue()).toList();
  }

  private static String shown(Row row) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < row.length(); i++) {
      values.add(shown(row.get(i)));
    }
    return String.join(" | ", values);
  }

  private static List<String> inDuckDb(Statement statement, String query) throws Exception {
    List<String> rows = new ArrayList<>();
    try (ResultSet result = statement.executeQuery(query)) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          values.add(shown(result.getObject(i)));
        }
        rows.add(String.join(" | ", values));
      }
    }
    return rows;
  }

  private static String shown(Object value) {
    return value instanceof Double number ? "%.6f".formatted(number) : String.valueOf(value);
  }
}
