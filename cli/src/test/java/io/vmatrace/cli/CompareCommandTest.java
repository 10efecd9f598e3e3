package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs before and after, as a CI job compares them. */
class CompareCommandTest {
  private static final String CHURN = "samples/clean-7.2.13-churn.txt.zst";
  private static final String RACE = "samples/clean-7.2.13-fault-race.txt.zst";
  private static final String BROKEN = "samples/broken-free-attached-churn.txt.zst";

  @Test
  void shouldBeAsTheSchemaHasIt() {
    String json = Runs.run("compare", "--format", "json", CHURN, RACE, "--", BROKEN).out();
    assertThat(Schemas.of("compare-1").validate(json, InputFormat.JSON)).extracting(Error::getMessage).isEmpty();
    JsonNode comparison = JsonMapper.shared().readTree(json);
    assertThat(comparison.at("/runs/base").asInt()).isEqualTo(2);
    assertThat(comparison.at("/runs/new").asInt()).isEqualTo(1);
    assertThat(comparison.at("/newFindings/0").asString()).startsWith("R59/vm_area_free");
    assertThat(comparison.get("figures").size()).isGreaterThan(5);
  }

  @Test
  void shouldFailOnWhatIsAskedFor() {
    assertThat(Runs.run("compare", CHURN, "--", BROKEN).status()).isZero();
    assertThat(Runs.run("compare", "--fail-on", "new-finding", CHURN, "--", BROKEN).status()).isEqualTo(ExitStatus.VIOLATION.code());
    assertThat(Runs.run("compare", "--fail-on", "new-finding", BROKEN, "--", CHURN).status()).isZero();
    Runs.Result few = Runs.run("compare", "--fail-on=regression", CHURN, "--", RACE);
    assertThat(few.status()).isEqualTo(ExitStatus.INCONCLUSIVE.code());
    assertThat(few.out()).startsWith("CANNOT TELL").contains("too few runs to tell");
  }

  @Test
  void shouldTakeANumberForTheLeastChange() {
    assertThat(JsonMapper.shared().readTree(Runs.run("compare", "--least-change", "12.5", "--format", "json", CHURN, "--", RACE).out()).get("leastChange").asDouble()).isEqualTo(0.125);
    for (String wrong : List.of("-1", "much", "1e3", "NaN", "")) {
      Runs.Result result = Runs.run("compare", "--least-change=" + wrong, CHURN, "--", RACE);
      assertThat(result.status()).as(wrong).isEqualTo(ExitStatus.USAGE.code());
      assertThat(result.err()).hasLineCount(1).contains("--least-change");
    }
  }

  @Test
  void shouldAskForBothSides() {
    for (String[] arguments : new String[][] {{"compare", CHURN, RACE}, {"compare", CHURN, "--"}, {"compare", "--", CHURN}}) {
      Runs.Result result = Runs.run(arguments);
      assertThat(result.status()).isEqualTo(ExitStatus.USAGE.code());
      assertThat(result.err()).hasLineCount(1).contains("before the change");
    }
    assertThat(Runs.run("compare", CHURN, "--", "nowhere").status()).isEqualTo(ExitStatus.UNREADABLE.code());
  }
}
