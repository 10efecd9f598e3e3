package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** replay on the samples, as a user meets it. */
class ReplayCommandTest {
  private static final String CLEAN = "samples/clean-7.2.13-churn.txt.zst";
  private static final String BROKEN = "samples/broken-free-attached-churn.txt.zst";
  private static final String TRACEPOINTS = "samples/clean-6.18.15-churn-e0-hashed.txt.zst";

  @ParameterizedTest
  @CsvSource({CLEAN + ", CONFORMS, 0", BROKEN + ", DIVERGES, 1", TRACEPOINTS + ", INCONCLUSIVE, 4"})
  void shouldSayTheVerdictFirstAndEndWithIt(String sample, String verdict, int status) {
    Runs.Result result = Runs.run("replay", sample);
    assertThat(result.out()).startsWith(verdict + "  " + sample);
    assertThat(result.out().lines().skip(1)).allMatch(line -> line.length() <= 80);
    assertThat(result.status()).isEqualTo(status);
    assertThat(result.err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({CLEAN + ", CONFORMS", BROKEN + ", DIVERGES", TRACEPOINTS + ", INCONCLUSIVE"})
  void shouldWriteWhatTheSchemaSays(String sample, String verdict) {
    String json = Runs.run("replay", "--format", "json", sample).out();
    assertThat(Schemas.of("replay-1").validate(json, InputFormat.JSON)).extracting(Error::getMessage).isEmpty();
    JsonNode capture = JsonMapper.shared().readTree(json).at("/captures/0");
    assertThat(capture.get("verdict").asString()).isEqualTo(verdict);
    assertThat(capture.get("refusals").isEmpty()).isEqualTo(!verdict.equals("DIVERGES"));
  }

  /** No event shows a second wait before 7.0, nor without a probe on its function, of which text says nothing: that is no number. */
  @ParameterizedTest
  @ValueSource(strings = {"samples/clean-6.18.15-churn.txt.zst", "samples/clean-6.12.94-churn.txt.zst", "samples/clean-6.18.15-churn-e0-hashed.txt.zst", "samples/clean-7.2.13-churn.txt.zst"})
  void shouldCountNoSecondWaitsWhereNoneWouldShow(String sample) {
    assertThat(Runs.run("replay", sample).out()).contains("  second waits in a detach: not recorded, or none;");
    String json = Runs.run("replay", "--format", "json", sample).out();
    assertThat(Schemas.of("replay-1").validate(json, InputFormat.JSON)).extracting(Error::getMessage).isEmpty();
    assertThat(JsonMapper.shared().readTree(json).at("/captures/0/secondWaits").isNull()).isTrue();
  }

  @Test
  void shouldCountSecondWaitsWhereTheyShow() {
    String json = Runs.run("replay", "--format", "json", "samples/clean-7.2-slow-reader-fault-race.txt.zst").out();
    assertThat(JsonMapper.shared().readTree(json).at("/captures/0/secondWaits/count").asInt()).isEqualTo(18);
  }

  /** The refusal is the line that the text quotes, and the one before it is the last that conforms. */
  @Test
  void shouldQuoteTheEventThatIsRefused() {
    Runs.Result result = Runs.run("replay", BROKEN);
    assertThat(result.out()).contains("24 outcomes refused").contains("conforms up to line 999\n").contains("vm_area_free  " + BROKEN + ":1000").contains("refcnt=0x1");
  }

  @Test
  void shouldFollowWithAnotherVariant() {
    Runs.Result result = Runs.run("replay", "--against", "rwsem", CLEAN);
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out()).contains("followed with rwsem").contains("a VMA with a vm_refcnt");
    Runs.Result unknown = Runs.run("replay", "--against", "seqlock", CLEAN);
    assertThat(unknown.status()).isEqualTo(2);
    assertThat(unknown.err()).contains("no variant is called seqlock").contains("lock-store-detach");
  }
}
