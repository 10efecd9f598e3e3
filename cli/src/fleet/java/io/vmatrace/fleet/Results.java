package io.vmatrace.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Adds rows to the tables. They are written in a folder that no other write has, and moved from there file by file: what Spark itself
 * appends to a folder goes through one folder below it, which another job that ends at the same time removes.
 */
final class Results {
  /** A store may take a tenth of a second to move a file. */
  private static final int MOVES_AT_ONCE = 16;

  private static final String FILES = ".parquet";

  private Results() {}

  /** Adds what captures gave. That they are done is added last, so that a capture with a row there has all its rows. */
  static void add(SparkSession spark, List<CaptureRows> captures, String out) {
    String own = out + "/_unfinished-" + UUID.randomUUID();
    try {
      FileSystem store = new Path(out).getFileSystem(spark.sparkContext().hadoopConfiguration());
      try {
        for (Tables table : Tables.values()) {
          List<Row> rows = captures.stream().flatMap(capture -> capture.of(table).stream()).toList();
          if (!rows.isEmpty()) {
            write(spark, rows, table, own);
          }
        }
        for (Tables table : Tables.values()) {
          move(store, store.makeQualified(new Path(table.under(own))), new Path(table.under(out)));
        }
      } finally {
        store.delete(new Path(own), true);
      }
    } catch (IOException e) {
      throw new IllegalStateException("results cannot be written: " + e.getMessage(), e);
    }
  }

  private static void write(SparkSession spark, List<Row> rows, Tables table, String folder) {
    spark
        .createDataFrame(rows, table.schema())
        .repartition(writers(spark, rows), Tables.PARTITIONS.stream().map(functions::col).toArray(Column[]::new))
        .write()
        .mode(SaveMode.ErrorIfExists)
        .partitionBy(Tables.PARTITIONS.toArray(String[]::new))
        .parquet(table.under(folder));
  }

  /** A file is written for each kernel and day: by as many tasks as there are cores, because a store may take a tenth of a second for each. */
  private static int writers(SparkSession spark, List<Row> rows) {
    long files = rows.stream().map(row -> List.of(row.get(row.length() - 2), row.get(row.length() - 1))).distinct().count();
    return Math.toIntExact(Math.min(files, spark.sparkContext().defaultParallelism()));
  }

  /** Spark names each file as no other. */
  private static void move(FileSystem store, Path from, Path to) throws IOException {
    if (!store.exists(from)) {
      return;
    }
    try (ExecutorService movers = Executors.newFixedThreadPool(MOVES_AT_ONCE)) {
      List<Future<?>> moves = new ArrayList<>();
      RemoteIterator<LocatedFileStatus> files = store.listFiles(from, true);
      while (files.hasNext()) {
        Path file = files.next().getPath();
        if (file.getName().endsWith(FILES)) {
          Path target = new Path(to, from.toUri().relativize(file.toUri()).getPath());
          moves.add(movers.submit(() -> moveFile(store, file, target)));
        }
      }
      for (Future<?> move : moves) {
        await(move);
      }
    }
  }

  private static void await(Future<?> move) throws IOException {
    try {
      move.get();
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static void moveFile(FileSystem store, Path file, Path target) {
    try {
      store.mkdirs(target.getParent());
      if (!store.rename(file, target)) {
        throw new IOException("%s cannot be moved to %s".formatted(file, target));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
