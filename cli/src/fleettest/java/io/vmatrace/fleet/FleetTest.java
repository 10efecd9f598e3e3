package io.vmatrace.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmatrace.checker.check.Check;
import io.vmatrace.checker.report.Gate;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.input.CaptureException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The job on two threads of this machine, over this project's own captures, some of them damaged, in a store that fails now and then. */
class FleetTest {
  private static final Path SAMPLES = Path.of("samples");

  /** Which parts of the first wave were begun, in this order. */
  private static final class Starts extends SparkListener {
    private final List<Integer> parts = new CopyOnWriteArrayList<>();

    @Override
    public void onTaskStart(SparkListenerTaskStart task) {
      if (task.stageId() == 0 && task.taskInfo().attemptNumber() == 0) {
        parts.add(task.taskInfo().partitionId());
      }
    }
  }

  private static final Starts STARTS = new Starts();

  @TempDir static Path folder;
  private static Path in;
  private static Path out;
  private static SparkSession spark;

  @BeforeAll
  static void run() throws Exception {
    in = Files.createDirectories(folder.resolve("in/of/a/lab"));
    out = folder.resolve("out");
    FlakyFileSystem.OPENED.clear();
    FlakyFileSystem.outOfOrder = true;
    for (String sample : List.of("broken-fork-unlocked-fork-faults.txt.zst", "broken-free-attached-churn.txt.zst", "clean-6.12.94-churn.txt.zst", "clean-7.2.13-churn.txt.zst",
        "clean-6.18.15-churn-perf.data", "formats/perfetto-dense.pb.zst", "formats/tracecmd-v7-zstd.dat")) {
      Files.copy(SAMPLES.resolve(sample), in.resolve(Path.of(sample).getFileName().toString()));
    }
    Files.copy(SAMPLES.resolve("clean-6.16.12-churn.txt.zst"), in.resolve("flaky.txt.zst"));
    Files.copy(SAMPLES.resolve("clean-7.3.4-calls.txt.zst"), in.resolve("gone.txt.zst"));
    byte[] whole = Files.readAllBytes(SAMPLES.resolve("clean-7.2.13-churn.txt.zst"));
    Files.write(in.resolve("cut.zst"), Arrays.copyOf(whole, whole.length / 2));
    byte[] damaged = whole.clone();
    Arrays.fill(damaged, whole.length / 2, whole.length / 2 + 100, (byte) 0x55);
    Files.write(in.resolve("damaged.zst"), damaged);
    Files.writeString(in.resolve("text"), "no capture\n");
    Files.createFile(in.resolve("_empty"));
    spark = LocalSpark.builder().config("spark.hadoop.fs.file.impl", FlakyFileSystem.class.getName()).getOrCreate();
    spark.sparkContext().addSparkListener(STARTS);
    assertThat(FleetJob.run(spark, folder.resolve("in").toString(), out.toString(), 10)).isEqualTo(13);
    view(out, "captures");
    view(out, "findings");
    view(out, "rules");
    view(out, "faults");
    view(out, "times");
  }

  private static void view(Path results, String table) {
    spark.read().schema(Tables.valueOf(table.toUpperCase(Locale.ROOT)).schema()).parquet(results.resolve(table).toString()).createOrReplaceTempView(table);
  }

  @AfterAll
  static void stop() throws IOException {
    spark.stop();
    FileSystem.closeAll(); // Hadoop keeps the flaky one for whoever asks next in this JVM
  }

  /** Verdict, events and how many findings each cause has. */
  private static String told(String verdict, long events, List<String> causes) {
    return "%s %d %s".formatted(verdict, events, new TreeMap<>(causes.stream().collect(Collectors.groupingBy(cause -> cause, Collectors.counting()))));
  }

  private static String told(Path file) {
    Check check = new Check(new Check.Wanted(false, _ -> true, Gate.SHUT, false));
    try (CaptureSource source = CaptureSource.of(file.toString())) {
      CaptureRun.over(source, CaptureRun.Options.DEFAULT, _ -> {}, check);
      Report report = check.report();
      return told(report.verdict().name(), report.input().events(), report.findings().stream().map(FindingReport::cause).toList());
    } catch (CaptureException e) {
      return e.reason();
    }
  }

  @Test
  void shouldGiveWhatCheckGives() throws Exception {
    Map<String, String> expected = new TreeMap<>();
    for (Path file : files(in)) {
      String name = file.getFileName().toString();
      expected.put(name, name.contains("gone") ? "503 Slow Down" : told(file));
    }
    Map<String, List<String>> causes =
        spark.sql("SELECT check_id, cause FROM findings").collectAsList().stream()
            .collect(Collectors.groupingBy(row -> row.getString(0), Collectors.mapping(row -> row.getString(1), Collectors.toList())));
    Map<String, String> told = new TreeMap<>();
    for (Row row : spark.sql("SELECT path, error, verdict, events, check_id FROM captures").collectAsList()) {
      String name = row.getString(0).substring(row.getString(0).lastIndexOf('/') + 1);
      boolean isRead = !row.isNullAt(3);
      told.put(name, isRead ? told(row.getString(2), row.getLong(3), causes.getOrDefault(row.getString(4), List.of())) : row.getString(1));
    }
    assertThat(told).isEqualTo(expected);
    assertThat(told.values()).anyMatch(verdict -> verdict.startsWith("VIOLATION"));
  }

  /** A task is a capture, and what is behind a large one does not wait for it alone. */
  @Test
  void shouldBeginWithTheLargest() {
    List<CaptureObject> objects = List.of(new CaptureObject("b", 1, 0), new CaptureObject("c", 3, 0), new CaptureObject("a", 1, 0), new CaptureObject("d", 2, 0));
    assertThat(FleetJob.largestFirst(objects)).extracting(CaptureObject::path).containsExactly("c", "d", "a", "b");
    assertThat(STARTS.parts).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    List<Row> rows = spark.sql("SELECT length FROM captures ORDER BY checked_at DESC LIMIT 3").collectAsList();
    long smallestBefore = spark.sql("SELECT min(length) FROM (SELECT length FROM captures ORDER BY checked_at LIMIT 10)").collectAsList().getFirst().getLong(0);
    assertThat(rows).allSatisfy(row -> assertThat(row.getLong(0)).isLessThanOrEqualTo(smallestBefore));
  }

  @ParameterizedTest
  @CsvSource({"6.18.15+deb13-cloud-amd64, 6.18.15+deb13-cloud-amd64", "exclude-readers, exclude-readers", "../a/b=c %20, .._a_b_c__20"})
  void shouldMakeAFolderForAnyKernel(String kernel, String folder) {
    assertThat(Tables.folderOf(kernel)).isEqualTo(folder);
    assertThat(Tables.folderOf(kernel.repeat(99))).hasSize(64);
  }

  @Test
  void shouldTryAgainWhereTheStoreFails() {
    assertThat(FlakyFileSystem.OPENED).containsEntry("flaky.txt.zst", 2).containsEntry("gone.txt.zst", 4);
    assertThat(spark.sql("SELECT again FROM captures WHERE path LIKE '%gone%'").collectAsList().getFirst().getBoolean(0)).isTrue();
    assertThat(spark.sql("SELECT count(*) FROM captures WHERE again").collectAsList().getFirst().getLong(0)).isEqualTo(1);
  }

  @Test
  void shouldCheckOnlyWhatIsNewOrChanged() throws Exception {
    Path again = Files.createDirectories(folder.resolve("again"));
    Path results = again.resolve("results");
    assertThat(FleetJob.run(spark, again.toUri().toString(), results.toString(), 5)).as("of no captures").isZero();
    Files.copy(SAMPLES.resolve("clean-7.2.13-churn.txt.zst"), again.resolve("one.zst"));
    assertThat(FleetJob.run(spark, again.toUri().toString(), results.toString(), 5)).isEqualTo(1);
    List<Path> before = files(results);
    assertThat(FleetJob.run(spark, again.toUri().toString(), results.toString(), 5)).isZero();
    assertThat(files(results)).isEqualTo(before);
    Files.copy(SAMPLES.resolve("clean-6.12.94-churn.txt.zst"), again.resolve("two.zst"));
    Files.write(again.resolve("one.zst"), Files.readAllBytes(SAMPLES.resolve("broken-free-attached-churn.txt.zst")));
    assertThat(FleetJob.run(spark, again.toUri().toString(), results.toString(), 5)).isEqualTo(2);
  }

  /** Nothing under the folder of the results is a capture: there would be none, and that is no success. */
  @ParameterizedTest
  @CsvSource({"lab, lab", "lab, lab/", "lab/2026, lab", "lab/.., ."})
  void shouldRefuseCapturesInTheFolderOfTheResults(String captures, String results) throws Exception {
    Path lab = Files.createDirectories(folder.resolve("within"));
    Files.createDirectories(lab.resolve("lab/2026"));
    assertThat(FleetJob.status(spark, lab + "/" + captures, lab + "/" + results)).isEqualTo(2);
    assertThat(FleetJob.status(spark, lab + "/lab", lab + "/lab-results")).isZero();
  }

  /** As Spark says it: by an exception that nobody declares. */
  @Test
  void shouldEndWhereResultsCannotBeWritten() throws Exception {
    Path lab = Files.createDirectories(folder.resolve("unwritable"));
    Files.writeString(lab.resolve("capture"), "no capture\n");
    Path file = Files.createFile(folder.resolve("file"));
    assertThat(FleetJob.status(spark, lab.toString(), file + "/results")).isEqualTo(5);
  }

  /** The results are in the folder of the captures, by another name. */
  @Test
  void shouldTakeNoResultsForCapturesBehindALink() throws Exception {
    Path lab = Files.createDirectories(folder.resolve("linked/lab/captures"));
    Files.writeString(lab.resolve("capture"), "no capture\n");
    Path link = Files.createSymbolicLink(folder.resolve("linked/results"), Files.createDirectory(lab.resolve("results")));
    assertThat(FleetJob.run(spark, lab.toString(), link.toString(), 5)).isEqualTo(1);
    assertThat(FleetJob.run(spark, lab.toString(), link.toString(), 5)).isZero();
    Path same = Files.createSymbolicLink(folder.resolve("linked/same"), lab);
    assertThat(FleetJob.status(spark, lab.toString(), same.toString())).isEqualTo(2);
    assertThat(FleetJob.status(spark, same.toString(), lab.toString())).isEqualTo(2);
  }

  @Test
  void shouldTellWhatMayNotBeReadFromWhatIsGone() {
    CaptureObject object = new CaptureObject("file:/lab/a", 1, 0);
    assertThat(CheckTask.missing(object, new FileNotFoundException("/lab/a (Permission denied)"))).isEqualTo(new CheckTask.Failure("may not be read: permission denied", true));
    assertThat(CheckTask.missing(object, new FileNotFoundException("File file:/lab/a does not exist")).error()).isEqualTo("is not there any more");
  }

  /** Nothing writes to it, and a reader would wait for ever. */
  @Test
  void shouldNotWaitForAFifo() throws Exception {
    Path lab = Files.createDirectories(folder.resolve("fifo"));
    Process made = new ProcessBuilder("mkfifo", lab.resolve("fifo").toString()).start();
    assumeTrue(made.waitFor() == 0, "this file system has no FIFOs");
    assertThat(FleetJob.run(spark, lab.toString(), folder.resolve("fifo-results").toString(), 5)).isEqualTo(1);
    assertThat(rows(folder.resolve("fifo-results"))).containsExactly("fifo: is no file, but a FIFO, a socket or a device, again false");
  }

  @Test
  void shouldTryAgainWhereMemoryIsShort() {
    Throwable decoding = new IllegalStateException("a decoder failed", new OutOfMemoryError("Java heap space"));
    assertThat(CheckTask.failed(decoding)).isEqualTo(new CheckTask.Failure("needs more memory than there is for it: Java heap space", true));
    assertThat(CheckTask.failed(new IllegalStateException("x")).again()).isFalse();
  }

  @Test
  void shouldTellOfWhatIsRemovedBehindTheListing() throws Exception {
    Path lab = Files.createDirectories(folder.resolve("removing"));
    Path results = lab.resolve("results");
    Files.copy(SAMPLES.resolve("clean-7.2.13-churn.txt.zst"), lab.resolve("removed.zst"));
    Files.copy(SAMPLES.resolve("clean-7.2.13-churn.txt.zst"), lab.resolve("there.zst"));
    assertThat(FleetJob.run(spark, lab.toString(), results.toString(), 5)).isEqualTo(2);
    assertThat(FleetJob.run(spark, lab.toString(), results.toString(), 5)).as("what is listed again").isZero();
    assertThat(rows(results)).containsExactly("removed.zst: is not there any more, again true", "there.zst: null, again false");
  }

  /** Hadoop leaves such files out without a word. */
  @Test
  void shouldTellOfFilesWhoseNamesAreNoText() throws Exception {
    Path lab = Files.createDirectories(folder.resolve("names"));
    Path results = lab.resolve("results");
    assumeTrue("UTF-8".equals(System.getProperty("sun.jnu.encoding")), "names of files are in another encoding here");
    Path sample = Files.copy(SAMPLES.resolve("clean-7.2.13-churn.txt.zst"), lab.resolve("ü\uFFFD.zst"));
    Process copy = new ProcessBuilder("sh", "-c", "cp \"$1\" \"$(printf 'no-text\\377.zst')\"", "sh", sample.toString()).directory(lab.toFile()).start();
    assumeTrue(copy.waitFor() == 0, "this file system has no such names");
    assertThat(FleetJob.run(spark, lab.toString(), results.toString(), 5)).isEqualTo(2);
    assertThat(rows(results))
        .containsExactly(
            "no-text\uFFFD.zst: its name is no text in UTF-8, the encoding of file names here: rename it, or run the job in another locale, again false",
            "ü\uFFFD.zst: null, again false");
    assertThat(FleetJob.run(spark, lab.toString(), results.toString(), 5)).as("a second run").isZero();
  }

  private static List<String> rows(Path results) {
    return spark.read().parquet(results.resolve("captures").toString()).select("path", "error", "again").collectAsList().stream()
        .map(row -> "%s: %s, again %s".formatted(row.getString(0).substring(row.getString(0).lastIndexOf('/') + 1), row.getString(1), row.getBoolean(2)))
        .sorted()
        .toList();
  }

  /** One writes all its results while another is about to make its own seen; both check all, since neither had ended when the other began. */
  @Test
  void shouldLetJobsRunAtTheSameTime() throws Exception {
    Path lab = Files.createDirectories(folder.resolve("two"));
    Path results = folder.resolve("two-results");
    for (String sample : List.of("broken-free-attached-churn.txt.zst", "clean-7.2.13-churn.txt.zst", "clean-6.12.94-churn.txt.zst", "clean-6.16.12-churn.txt.zst")) {
      Files.copy(SAMPLES.resolve(sample), lab.resolve(sample));
    }
    AtomicLong other = new AtomicLong();
    FlakyFileSystem.BEFORE_COMMIT.set(() -> other.set(FleetJob.run(spark, lab.toString(), results.toString(), 5)));
    assertThat(FleetJob.run(spark, lab.toString(), results.toString(), 5)).isEqualTo(4);
    assertThat(other).hasValue(4);
    Dataset<Row> captures = spark.read().parquet(results.resolve("captures").toString());
    assertThat(captures.groupBy("path", "verdict").count().select("count").collectAsList()).hasSize(4).allSatisfy(row -> assertThat(row.getLong(0)).isEqualTo(2));
    for (String table : List.of("rules", "findings", "faults", "times")) {
      Dataset<Row> rows = spark.read().parquet(results.resolve(table).toString());
      assertThat(rows.join(captures, "check_id").count()).as(table).isEqualTo(rows.count());
      assertThat(rows.select("check_id").distinct().count()).as(table).isEqualTo(table.equals("findings") ? 2 : 8);
    }
    assertThat(FleetJob.run(spark, lab.toString(), results.toString(), 5)).isZero();
    try (Stream<Path> left = Files.list(results)) {
      assertThat(left.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("captures", "findings", "rules", "faults", "times");
    }
  }

  private static List<Path> files(Path under) throws Exception {
    try (Stream<Path> files = Files.walk(under)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
