package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** More tasks, address spaces and VMAs at once than memory is for (docs/storm.sh). */
class StormTest {
  private static final int TASKS = 40_000;

  @TempDir Path folder;

  @Test
  void shouldSayWhatBecameUnknownForWantOfMemoryAndCountAllElse() throws IOException, InterruptedException {
    Runs.Result run = Runs.run("check", "--format", "json", storm("4000", "10", "10"));
    JsonNode report = JsonMapper.shared().readTree(run.out()).at("/captures/0");
    assertThat(report.at("/verdict").asString()).isEqualTo("OK");
    JsonNode problem = StreamSupport.stream(report.at("/problems").spliterator(), false).filter(one -> one.get("what").asString().contains("became unknown")).findFirst().orElseThrow();
    assertThat(report.at("/faults/total").asLong()).isEqualTo(2 * TASKS);
    assertThat(problem.get("what").asString()).contains("idle the longest").doesNotContain(" all");
    assertThat(report.at("/faults/mmapLock").asLong()).as("each task's first fault ends in the capture").isEqualTo(TASKS);
    assertThat(report.at("/faults/vmaLock").asLong()).isZero();
  }

  /** Each VMA is stored over the whole range of the one before, which then is in no tree: there never are two. */
  @Test
  void shouldCountOneVmaWhereEachTakesThePlaceOfAnother() throws IOException, InterruptedException {
    JsonNode stats = JsonMapper.shared().readTree(Runs.run("stats", "--format", "json", storm("1", "1", "4")).out());
    JsonNode counts = stats.at("/captures/0/mms/0/vmas");
    assertThat(counts).singleElement().satisfies(point -> assertThat(point.get("count").asInt()).isOne());
  }

  private String storm(String mms, String tasks, String vmas) throws IOException, InterruptedException {
    Path capture = folder.resolve("storm.txt");
    Process storm = new ProcessBuilder("sh", "docs/storm.sh", mms, tasks, vmas).redirectOutput(capture.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    assertThat(storm.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(storm.exitValue()).isZero();
    return capture.toString();
  }
}
