package io.vmatrace.fleet;

import static org.apache.spark.sql.types.DataTypes.BinaryType;
import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;

import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * The tables of results, each a folder of Parquet files partitioned by kernel and day. A row of another table belongs to the capture
 * with its check_id; what an attempt left behind that did not come to its end belongs to none.
 */
enum Tables {
  FINDINGS(
      "findings",
      new StructType()
          .add("check_id", StringType)
          .add("path", StringType)
          .add("cause", StringType)
          .add("rule", StringType)
          .add("severity", StringType)
          .add("certainty", StringType)
          .add("message", StringType)
          .add("mm", StringType)
          .add("vma", StringType)
          .add("vma_range", StringType)
          .add("line", LongType)
          .add("byte_offset", LongType)),
  RULES(
      "rules",
      new StructType()
          .add("check_id", StringType)
          .add("rule", StringType)
          .add("status", StringType)
          .add("checked", LongType)
          .add("violations", LongType)),
  FAULTS(
      "faults",
      new StructType().add("check_id", StringType).add("fault_path", StringType).add("reason", StringType).add("faults", LongType)),
  TIMES(
      "times",
      new StructType()
          .add("check_id", StringType)
          .add("what", StringType)
          .add("unit", StringType)
          .add("occasions", LongType)
          .add("total", LongType)
          .add("p50", LongType)
          .add("p99", LongType)
          .add("longest", LongType)
          .add("histogram", BinaryType)),
  /** Last: a capture that has a row here is done. */
  CAPTURES(
      "captures",
      new StructType()
          .add("check_id", StringType)
          .add("path", StringType)
          .add("length", LongType)
          .add("modified", TimestampType)
          .add("checked_at", TimestampType)
          .add("tool", StringType)
          .add("again", BooleanType)
          .add("error", StringType)
          .add("verdict", StringType)
          .add("reasons", StringType)
          .add("format", StringType)
          .add("release", StringType)
          .add("generation", StringType)
          .add("evidence", StringType)
          .add("bytes", LongType)
          .add("events", LongType)
          .add("damaged", LongType)
          .add("lost", LongType)
          .add("faults", LongType)
          .add("faults_vma_lock", LongType)
          .add("faults_mmap_lock", LongType)
          .add("faults_unresolved", LongType)
          .add("seconds", DoubleType));

  /** What each table is partitioned by: columns behind its own. */
  static final List<String> PARTITIONS = List.of("kernel", "day");

  private static final Pattern UNUSUAL = Pattern.compile("[^A-Za-z0-9._+~-]");

  /** As long as uname's release can be: __NEW_UTS_LEN in include/uapi/linux/utsname.h. */
  private static final int LONGEST = 64;

  private final String folder;
  private final StructType own;

  Tables(String folder, StructType own) {
    this.folder = folder;
    this.own = own;
  }

  /** A kernel as the name of a folder: whatever a capture says that it is, its folder can be made. */
  static String folderOf(String kernel) {
    String name = UNUSUAL.matcher(kernel).replaceAll("_");
    return name.length() <= LONGEST ? name : name.substring(0, LONGEST);
  }

  /** Its name, which is that of its folder. */
  String folder() {
    return folder;
  }

  /** Where it is. */
  String under(String results) {
    return results + "/" + folder;
  }

  /** All columns. */
  StructType schema() {
    StructType all = own;
    for (String partition : PARTITIONS) {
      DataType type = StringType;
      all = all.add(partition, type);
    }
    return all;
  }
}
