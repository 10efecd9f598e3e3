package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** measure as a user meets it, on so few operations that the numbers say nothing. */
class MeasureCommandTest {
  private static final String SAMPLE = "samples/clean-7.2.13-churn.txt.zst";
  private static final String TRACEPOINTS = "samples/clean-6.18.15-churn-e0-hashed.txt.zst";

  private static Runs.Result measure(String... more) {
    String[] arguments = new String[more.length + 7];
    System.arraycopy(new String[] {"measure", "--operations", "2000", "--forks", "1", "--rounds", "1"}, 0, arguments, 0, 7);
    System.arraycopy(more, 0, arguments, 7, more.length);
    return Runs.run(arguments);
  }

  @Test
  void shouldWriteATableForEachPart() {
    Runs.Result result = measure(SAMPLE);
    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isZero();
    assertThat(result.out()).startsWith("Measured  " + SAMPLE + "\n");
    assertThat(result.out().lines().skip(1)).allMatch(line -> line.length() <= 80);
    assertThat(result.out())
        .containsSubsequence(
            "Faults alone, one thread\n", "× pair", "  atomic increment and decrement", "  lock-store-detach ",
            "Faults alone, 2 threads in one mm\n", "All operations, 3 threads\n", "ns of one page fault", "ns of one munmap", "2nd waits");
  }

  @Test
  void shouldWriteWhatTheSchemaSays() {
    Runs.Result result = measure("--format", "json", "--threads", "3", TRACEPOINTS);
    assertThat(result.status()).isZero(); // page faults and system calls are enough
    assertThat(Schemas.of("measure-1").validate(result.out(), InputFormat.JSON)).extracting(Error::getMessage).isEmpty();
    JsonNode parts = JsonMapper.shared().readTree(result.out()).at("/captures/0/parts");
    assertThat(parts.valueStream().map(part -> part.get("kind").asString())).containsExactly("faults-alone", "faults-together", "all");
    assertThat(parts.valueStream().map(part -> part.get("threads").asInt())).containsExactly(1, 3, 3);
    assertThat(parts.at("/0/contenders").valueStream().map(of -> of.get("name").asString())).contains("lock-store-detach", "rwsem", "StampedLock per VMA");
    assertThat(parts.at("/2/contenders/0/cpuNanos/low").isNull()).as("one JVM has no interval").isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "--against, rwsem, no option is called --against",
    "--threads, 0, --threads is from 1 to 1024",
    "--operations, -3, --operations is from 1",
    "--operations, many, '--operations is a whole number, and ''many'' is none'"
  })
  void shouldRefuseWhatMakesNoSense(String options, String value, String says) {
    String[] words = ("measure " + options + " " + value + " " + SAMPLE).split(" ", -1);
    Runs.Result result = Runs.run(words);
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).startsWith("vmatrace: " + says).hasLineCount(1);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void shouldSayWhereThereIsNothingToMeasure(@TempDir Path folder) throws IOException {
    Path capture = folder.resolve("locks.txt");
    Files.writeString(
        capture,
        """
        # tracer: nop
        #
                   sh-1       [000] .....     5.000001: mmap_lock_start_locking: mm=00000000aaaaaaaa memcg_path=/ write=true
                   sh-1       [000] .....     5.000002: mmap_lock_acquire_returned: mm=00000000aaaaaaaa memcg_path=/ write=true success=true
        """);
    Runs.Result result = measure(capture.toString());
    assertThat(result.err()).contains(": nothing to measure: no page fault").hasLineCount(1);
    assertThat(result.out()).startsWith("UNREADABLE  " + capture + ": nothing to measure").hasLineCount(1);
    assertThat(result.status()).isEqualTo(3);
  }
}
