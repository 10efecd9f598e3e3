package io.vmatrace.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of two workers on this machine, of which executors end before their time. */
class FleetKilledTest {
  private static final int CAPTURES = 120;
  private static final Duration LONGEST = Duration.ofMinutes(20);
  private static final Pattern ENDED = Pattern.compile("Finished task ");

  @TempDir Path folder;
  private Path lab;

  @BeforeEach
  void fill() throws IOException {
    assumeTrue(ProcessHandle.current().info().command().isPresent(), "the system does not say what processes run, so that no executor can be found");
    lab = LabFolder.fill(folder, CAPTURES);
    home(folder.resolve("home"));
  }

  /** What Spark takes for its own folder. */
  private static void home(Path home) throws IOException {
    Files.createDirectories(home.resolve("jars"));
    Files.createFile(home.resolve("RELEASE"));
  }

  private Child start(String... settings) throws IOException {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("spark.executor.extraClassPath=" + System.getProperty("java.class.path"));
    all.add("spark.local.dir=" + folder.resolve("local"));
    return Child.start(folder, "job", FleetCompareTest.options(), FleetCompareTest.submit("local-cluster[2,1,1024]", all, lab, folder.resolve("results")));
  }

  private Map<String, String> expected() throws Exception {
    List<String> arguments = new ArrayList<>(List.of("io.vmatrace.cli.Main", "check", "--format", "ndjson", "--jobs", "2"));
    FleetCompareTest.files(lab).forEach(file -> arguments.add(file.toString()));
    Child check = Child.start(folder, "check", List.of("-XX:+UseSerialGC"), arguments);
    check.await(LONGEST);
    return Told.byCheck(List.of(check.out()));
  }

  @Test
  void shouldGiveTheSameWhenAnExecutorIsKilled() throws Exception {
    Child job = start();
    try {
      awaitFinished(job, CAPTURES / 4);
      Optional<ProcessHandle> executor = executor(job);
      assertThat(executor).as(() -> "an executor; " + FleetCompareTest.log(job)).isPresent();
      assertThat(executor.get().destroyForcibly()).isTrue(); // SIGKILL
      Child.Took took = job.await(LONGEST);
      assertThat(took.status()).as(() -> FleetCompareTest.log(job)).isZero();
    } finally {
      end(job);
    }
    assertThat(Files.readString(job.err())).contains("Lost executor", "Command exited with code 137");
    assertThat(Files.readString(job.out())).contains(CAPTURES + " captures checked");
    assertThat(FleetCompareTest.differences(expected(), Told.byTables(folder.resolve("results")))).isEmpty();
  }

  /** The captures beside it have their rows, and those that ran in the same executor. */
  @Test
  void shouldTellOfACaptureThatEndsEachExecutor() throws Exception {
    Path deadly = Files.copy(Path.of("samples/clean-7.2.13-churn.txt.zst"), lab.resolve("box-00/deadly.zst"));
    Child job = start("spark.hadoop.fs.file.impl=" + DeadlyFileSystem.class.getName(), "spark.task.maxFailures=2");
    try {
      assertThat(job.await(LONGEST).status()).as(() -> FleetCompareTest.log(job)).isZero();
    } finally {
      end(job);
    }
    Map<String, String> told = new TreeMap<>(Told.byTables(folder.resolve("results")));
    assertThat(told.remove(deadly.toString())).startsWith("UNREADABLE | its check ended 2 executors");
    Files.delete(deadly);
    assertThat(FleetCompareTest.differences(expected(), told)).isEmpty();
  }

  private static void awaitFinished(Child job, int tasks) throws Exception {
    long begin = System.nanoTime();
    while (job.process().isAlive() && ENDED.matcher(Files.readString(job.err())).results().count() < tasks) {
      assertThat(System.nanoTime() - begin).as(() -> FleetCompareTest.log(job)).isLessThan(LONGEST.toNanos());
      Thread.sleep(50);
    }
  }

  /** The driver, with the master and the workers in it, starts nothing else. */
  private static Optional<ProcessHandle> executor(Child job) {
    return job.process().descendants().filter(process -> process.info().command().orElse("").endsWith("java")).findAny();
  }

  private static void end(Child job) {
    job.process().descendants().forEach(ProcessHandle::destroyForcibly);
    job.process().destroyForcibly();
  }
}
