package io.vmatrace.fleet;

import org.apache.spark.sql.SparkSession;

/** Spark in the JVM of the tests. */
final class LocalSpark {
  private LocalSpark() {}

  /** Two threads, four tries of a task, the loopback only, times in UTC, and no word of its own. */
  static SparkSession.Builder builder() {
    return SparkSession.builder()
        .master("local[2,4]")
        .config("spark.ui.enabled", false)
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", 2)
        .config("spark.log.level", "OFF");
  }
}
