package io.vmatrace.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.slf4j.LoggerFactory;

/**
 * Checks all captures under a folder of any store that Hadoop reads, and adds the results to tables of Parquet files:
 * {@code spark-submit --class io.vmatrace.fleet.FleetJob vmatrace-whole.jar IN OUT}. What the tables have already is left out.
 */
public final class FleetJob {
  /** Captures whose results are in the driver's memory at once. */
  static final int WAVE = 5_000;

  private static final Pattern LOCAL_TRIES = Pattern.compile("local\\[[^,]+, *([0-9]+)]");
  private static final String VERSION = "vmatrace.fleet.version";

  private FleetJob() {}

  /**
   * Runs the job and ends the process: with 0 when the tables have a row for each object, 2 when the two folders are not given or the
   * captures are in that of the results, 3 when that of the captures cannot be listed, 5 otherwise.
   *
   * @param args the folder of the captures and that of the results
   */
  public static void main(String[] args) {
    if (args.length != 2 || args[0].isBlank() || args[1].isBlank()) {
      System.err.println("vmatrace: give the folder of the captures and that of the results");
      System.exit(2);
    }
    SparkSession spark = SparkSession.builder().appName("vmatrace").getOrCreate();
    int status = status(spark, args[0], args[1]);
    spark.stop();
    if (status != 0) {
      System.exit(status);
    }
  }

  /** Runs the job and says how it ended. */
  static int status(SparkSession spark, String in, String out) {
    try {
      if (Listing.isWithin(spark.sparkContext().hadoopConfiguration(), in, out)) {
        System.err.printf("vmatrace: the captures (%s) are in the folder of the results (%s), where no file is taken for a capture: give the results a folder of their own%n", in, out);
        return 2;
      }
      System.out.printf("%d captures checked%n", run(spark, in, out, WAVE));
      return 0;
    } catch (UncheckedIOException e) {
      System.err.println("vmatrace: " + e.getMessage());
      return 3;
    } catch (Exception e) { // Scala does not declare SparkException
      LoggerFactory.getLogger(FleetJob.class).error("the job failed", e);
      System.err.println("vmatrace: the job failed: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
      return 5;
    }
  }

  /**
   * Checks what is new or changed.
   *
   * @param wave how many captures are checked before their results are written
   * @return how many were checked
   */
  static long run(SparkSession spark, String in, String out, int wave) {
    List<CaptureObject> objects = largestFirst(objects(spark, in, out));
    for (int from = 0; from < objects.size(); from += wave) {
      List<CaptureObject> some = objects.subList(from, Math.min(objects.size(), from + wave));
      Results.add(spark, checked(spark, List.copyOf(some)), out);
    }
    return objects.size();
  }

  /** The last ones to end are small. */
  static List<CaptureObject> largestFirst(List<CaptureObject> objects) {
    return objects.stream().sorted(Comparator.comparingLong(CaptureObject::length).reversed().thenComparing(CaptureObject::path)).toList();
  }

  /** What is to be checked: the listing says path, length and time, and nothing is read. */
  private static List<CaptureObject> objects(SparkSession spark, String in, String out) {
    List<CaptureObject> listed = Listing.of(spark.sparkContext().hadoopConfiguration(), in, out);
    if (listed.isEmpty() || !hasResults(spark, out)) {
      return listed;
    }
    Dataset<Row> done = spark.read().schema(Tables.CAPTURES.schema()).parquet(Tables.CAPTURES.under(out));
    Set<CaptureObject> same =
        done
            .filter(functions.col("again").equalTo(false).and(functions.col("tool").equalTo(version())))
            .select(functions.col("path"), functions.col("length"), functions.expr("unix_micros(modified)"))
            .collectAsList()
            .stream()
            .map(row -> new CaptureObject(row.getString(0), row.getLong(1), row.getLong(2)))
            .collect(Collectors.toSet());
    return listed.stream().filter(object -> !same.contains(object)).toList();
  }

  private static boolean hasResults(SparkSession spark, String out) {
    Path captures = new Path(Tables.CAPTURES.under(out));
    try {
      return captures.getFileSystem(spark.sparkContext().hadoopConfiguration()).exists(captures);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String version() {
    String version = FleetJob.class.getPackage().getImplementationVersion();
    return version != null ? version : System.getProperty(VERSION, "development");
  }

  /**
   * Checks all of them at once. Where an executor ends again and again, because a capture needs more memory than there is or makes native
   * code fail, what it was checking is checked by itself, so that a capture that ends another one is a row with an error, as others are.
   */
  private static List<CaptureRows> checked(SparkSession spark, List<CaptureObject> objects) {
    List<CaptureRows> rows = new ArrayList<>();
    List<CaptureObject> left = objects;
    while (!left.isEmpty()) {
      Wave wave = Wave.run(spark, left, task(spark));
      rows.addAll(wave.rows());
      for (CaptureObject suspect : wave.suspects()) {
        Wave alone = Wave.run(spark, List.of(suspect), task(spark));
        rows.addAll(alone.rows());
        alone.suspects().forEach(deadly -> rows.add(task(spark).ended(deadly)));
      }
      left = wave.left();
    }
    return rows;
  }

  private static CheckTask task(SparkSession spark) {
    return new CheckTask(version(), tries(spark.sparkContext()));
  }

  /** How often a task may fail before the job does: in one process it is part of the master's name, and else once. */
  private static int tries(SparkContext context) {
    Matcher local = LOCAL_TRIES.matcher(context.master());
    return local.matches() ? Integer.parseInt(local.group(1)) : context.isLocal() ? 1 : context.conf().getInt("spark.task.maxFailures", 4);
  }
}
