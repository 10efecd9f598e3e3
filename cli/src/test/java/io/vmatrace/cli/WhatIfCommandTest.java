package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** whatif as a user meets it. */
class WhatIfCommandTest {
  private static final String SAMPLE = "samples/clean-7.2-slow-reader-fault-race.txt.zst";
  private static final String TRACEPOINTS = "samples/clean-6.18.15-churn-e0-hashed.txt.zst";

  @Test
  void shouldShowAllVariantsSideBySide() {
    Runs.Result result = Runs.run("whatif", SAMPLE);
    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isZero();
    assertThat(result.out()).startsWith("What if  " + SAMPLE + "\n");
    assertThat(result.out().lines().skip(1)).allMatch(line -> line.length() <= 80);
    assertThat(result.out())
        .containsSubsequence(
            "18 second waits\n", "medians of 20 runs", "Page faults ", "* lock-store-detach ", "    at least ", "  mmap-lock ", "  stop-readers ",
            "Why under the mmap_lock", "Second waits of a detach", "  the capture itself                         18\n", "* lock-store-detach              668 ", "Waits for the mmap_lock");
  }

  @Test
  void shouldWriteWhatTheSchemaSays() {
    Runs.Result result = Runs.run("whatif", "--format", "json", "--variant", "lock-store-detach,rwsem", SAMPLE);
    assertThat(result.status()).isZero();
    assertThat(Schemas.of("whatif-1").validate(result.out(), InputFormat.JSON)).extracting(Error::getMessage).isEmpty();
    JsonNode whatIf = JsonMapper.shared().readTree(result.out()).at("/captures/0");
    assertThat(whatIf.at("/own").asString()).isEqualTo("lock-store-detach");
    assertThat(whatIf.at("/shown/secondWaits").asInt()).isEqualTo(18);
    assertThat(whatIf.at("/shown/faults").asInt()).isEqualTo(whatIf.at("/variants/0/faults").asInt() + whatIf.at("/shown/kernel").asInt());
    assertThat(whatIf.at("/variants").valueStream().map(of -> of.get("variant").asString())).containsExactly("lock-store-detach", "rwsem");
    assertThat(whatIf.at("/runs").asInt()).isEqualTo(20);
    assertThat(whatIf.at("/calibration")).isEqualTo(whatIf.at("/variants/0"));
    assertThat(whatIf.at("/variants/0/ranges/secondWaits.count").size()).isEqualTo(2);
    assertThat(whatIf.at("/variants/0/detaches").asInt()).isEqualTo(668);
    assertThat(whatIf.at("/variants/1/secondWaits/count").asInt()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "--variant, seqlock, no variant is called seqlock; there are mmap-lock",
    "--runs, 0, '--runs is a number of runs from 1 to 1000, not 0'",
    "--against, rwsem, no option is called --against"
  })
  void shouldRefuseWhatMakesNoSense(String options, String value, String says) {
    Runs.Result result = Runs.run(("whatif " + options + " " + value + " " + SAMPLE).split(" ", -1));
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).startsWith("vmatrace: " + says).hasLineCount(1);
  }

  @Test
  void shouldSayWhereTheOperationsAreNotSeen() {
    Runs.Result result = Runs.run("whatif", "--variant", "all", TRACEPOINTS);
    assertThat(result.status()).isEqualTo(4);
    assertThat(result.err()).startsWith("vmatrace: " + TRACEPOINTS + ": what-if needs probes on").hasLineCount(1);
    assertThat(result.out()).startsWith("INCONCLUSIVE  " + TRACEPOINTS + ": what-if needs probes on").hasLineCount(1);
  }
}
