package io.vmatrace.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.SparkSession;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Captures and results in a store that speaks S3's protocol, on the loopback, through hadoop-aws. */
class FleetS3Test {
  private static final String NAME = "lab";
  private static final String SECRET = "only-of-this-test";

  /** Names of objects without a byte. */
  private static final List<String> ODD = List.of("a b", "50%", "%20", "#1", "x:y", "q?", "ü", "_hidden", "a=b", "+");

  @TempDir Path folder;

  @Test
  void shouldReadCapturesFromAndWriteResultsToS3() throws Exception {
    Files.createDirectories(folder.resolve(NAME));
    S3Proxy store =
        S3Proxy.builder()
            .blobStore(new FilesystemNio2BlobStore(folder.toString()))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, NAME, SECRET)
            .endpoint(URI.create("http://127.0.0.1:0"))
            .build();
    store.start();
    try {
      SparkSession spark = session(store.getPort());
      try {
        checks(spark);
      } finally {
        spark.stop();
      }
    } finally {
      store.stop();
    }
  }

  private static SparkSession session(int port) {
    return LocalSpark.builder()
        .master("local[2]")
        .config("spark.hadoop.fs.s3a.endpoint", "http://127.0.0.1:" + port)
        .config("spark.hadoop.fs.s3a.endpoint.region", "us-east-1")
        .config("spark.hadoop.fs.s3a.path.style.access", true)
        .config("spark.hadoop.fs.s3a.connection.ssl.enabled", false)
        .config("spark.hadoop.fs.s3a.access.key", NAME)
        .config("spark.hadoop.fs.s3a.secret.key", SECRET)
        .config("spark.hadoop.fs.s3a.aws.credentials.provider", "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider")
        .getOrCreate();
  }

  private static void checks(SparkSession spark) throws Exception {
    String in = "s3a://lab/captures";
    String out = "s3a://lab/results";
    try (FileSystem s3 = FileSystem.newInstance(URI.create(in), spark.sparkContext().hadoopConfiguration())) {
      for (String sample : List.of("broken-free-attached-churn.txt.zst", "clean-7.2.13-churn.txt.zst", "clean-6.18.15-churn-perf.data", "formats/perfetto-dense.pb.zst")) {
        Path file = Path.of("samples").resolve(sample);
        s3.copyFromLocalFile(new org.apache.hadoop.fs.Path(file.toUri()), new org.apache.hadoop.fs.Path(in + "/box 1/" + file.getFileName()));
      }
      for (String name : ODD) {
        s3.create(new org.apache.hadoop.fs.Path(in + "/odd/" + name)).close();
      }
    }
    assertThat(FleetJob.run(spark, in, out, 10)).isEqualTo(4 + ODD.size());
    spark.read().schema(Tables.CAPTURES.schema()).parquet(out + "/captures").createOrReplaceTempView("captures");
    assertThat(spark.sql("SELECT verdict FROM captures ORDER BY path").collectAsList().stream().map(row -> row.getString(0)))
        .filteredOn(verdict -> !verdict.equals("UNREADABLE"))
        .containsExactly("VIOLATION", "OK", "OK", "OK");
    assertThat(spark.sql("SELECT path FROM captures WHERE error LIKE 'empty%' AND NOT again").collectAsList().stream().map(row -> row.getString(0)))
        .containsExactlyInAnyOrderElementsOf(ODD.stream().map(name -> in + "/odd/" + name).toList());
    assertThat(FleetJob.run(spark, in, out, 10)).isZero();
  }
}
