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
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

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
   * Runs the job.
   *
   * @param args the folder of the captures and that of the results
   */
  public static void main(String[] args) {
    if (args.length != 2) {
      System.err.println("vmatrace: give the folder of the captures and that of the results");
      System.exit(3);
    }
    SparkSession spark = SparkSession.builder().appName("vmatrace").getOrCreate();
    try {
      System.out.printf("%d captures checked%n", run(spark, args[0], args[1], WAVE));
    } finally {
      spark.stop();
    }
  }

  /**
   * Checks what is new or changed.
   *
   * @param wave how many captures are checked before their results are written
   * @return how many were checked
   */
  static long run(SparkSession spark, String in, String out, int wave) {
    List<CaptureObject> objects = new ArrayList<>(objects(spark, in, out));
    objects.sort(Comparator.comparingLong(CaptureObject::length).reversed().thenComparing(CaptureObject::path));
    for (int from = 0; from < objects.size(); from += wave) {
      List<CaptureObject> some = objects.subList(from, Math.min(objects.size(), from + wave));
      write(spark, checked(spark, List.copyOf(some)), out);
    }
    return objects.size();
  }

  /** What is to be checked: the listing says path, length and time, and nothing is read. */
  private static List<CaptureObject> objects(SparkSession spark, String in, String out) {
    List<CaptureObject> listed = listed(spark, in);
    if (listed.isEmpty() || !hasResults(spark, out)) {
      return listed;
    }
    Dataset<Row> done = spark.read().schema(Tables.CAPTURES.schema()).parquet(folder(out, Tables.CAPTURES));
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

  /** By the store's own listing: Spark's binaryFile leaves out objects that are empty, and those whose names begin with a dot or a line. */
  private static List<CaptureObject> listed(SparkSession spark, String in) {
    Path folder = new Path(in);
    List<CaptureObject> listed = new ArrayList<>();
    try {
      RemoteIterator<LocatedFileStatus> files = folder.getFileSystem(spark.sparkContext().hadoopConfiguration()).listFiles(folder, true);
      while (files.hasNext()) {
        FileStatus file = files.next();
        listed.add(new CaptureObject(file.getPath().toString(), file.getLen(), file.getModificationTime() * 1_000));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return listed;
  }

  private static boolean hasResults(SparkSession spark, String out) {
    Path captures = new Path(folder(out, Tables.CAPTURES));
    try {
      return captures.getFileSystem(spark.sparkContext().hadoopConfiguration()).exists(captures);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String folder(String out, Tables table) {
    return out + "/" + table.folder();
  }

  static String version() {
    String version = FleetJob.class.getPackage().getImplementationVersion();
    return version != null ? version : System.getProperty(VERSION, "development");
  }

  /** One task a capture, the largest first: the last ones to end are small. */
  private static List<CaptureRows> checked(SparkSession spark, List<CaptureObject> objects) {
    CheckTask task = new CheckTask(version());
    int tries = tries(spark.sparkContext());
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(objects, objects.size())
        .map(object -> task.check(object, SparkHadoopUtil.get().conf(), TaskContext.get().attemptNumber() + 1 >= tries))
        .collect();
  }

  /** How often a task may fail before the job does: in one process it is part of the master's name, and else once. */
  private static int tries(SparkContext context) {
    Matcher local = LOCAL_TRIES.matcher(context.master());
    return local.matches() ? Integer.parseInt(local.group(1)) : context.isLocal() ? 1 : context.conf().getInt("spark.task.maxFailures", 4);
  }

  private static void write(SparkSession spark, List<CaptureRows> captures, String out) {
    for (Tables table : Tables.values()) {
      List<Row> rows = captures.stream().flatMap(capture -> capture.of(table).stream()).toList();
      if (!rows.isEmpty()) {
        spark
            .createDataFrame(rows, table.schema())
            .coalesce(1)
            .write()
            .mode(SaveMode.Append)
            .partitionBy(Tables.PARTITIONS.toArray(String[]::new))
            .parquet(folder(out, table));
      }
    }
  }
}
