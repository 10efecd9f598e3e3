package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What info and events print of samples is what lies beside them. With -Dvmatrace.refresh=true it is written anew. */
class EventsSamplesTest {
  private static final boolean REFRESH = Boolean.getBoolean("vmatrace.refresh");

  @ParameterizedTest
  @CsvSource({
    "clean-7.2.13-churn, events.ndjson, events --to +0.004",
    "clean-7.2.13-churn, events.csv, events --format csv --to +0.004",
    "clean-7.2.13-churn, timeline.json, events --format perfetto --from -0.02",
    "clean-7.2.13-churn, info.txt, info",
    "clean-7.2.13-churn, info.json, info --format json",
    "clean-6.12.94-churn, info.txt, info",
    "clean-6.18.15-churn-e0-hashed, info.txt, info",
    "clean-6.18.15-churn-e0-hashed, info.json, info --format json"
  })
  void shouldGiveTheExpectedOutput(String sample, String suffix, String arguments) throws IOException {
    Runs.Result result = Runs.run((arguments + " samples/" + sample + ".txt.zst").split(" ", -1));
    assertThat(result.status()).isZero();
    assertThat(result.err()).isEmpty();
    Path expected = Path.of("samples", sample + "." + suffix);
    if (REFRESH) {
      Files.writeString(expected, result.out(), StandardCharsets.UTF_8);
    }
    assertThat(result.out()).isEqualTo(Files.readString(expected));
  }
}
