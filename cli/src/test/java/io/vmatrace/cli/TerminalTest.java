package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When text is in colour. */
class TerminalTest {
  private static final String CHECK = "check";
  private static final String SAMPLE = "samples/clean-7.2.13-churn.txt.zst";
  private static final String ESCAPE = "\u001b[";

  @ParameterizedTest
  @CsvSource({"'', '', xterm, true, true", "'', '', xterm, false, false", "'', '', dumb, true, false", "1, '', xterm, true, false", "'', 1, dumb, false, true",
      "'', 0, xterm, false, false", "1, 1, xterm, true, false"})
  void shouldTakeColourFromTheEnvironment(String no, String force, String term, boolean isTerminal, boolean expected) {
    assertThat(Terminal.isColoured(Map.of("NO_COLOR", no, "CLICOLOR_FORCE", force, "TERM", term), isTerminal)).isEqualTo(expected);
  }

  @Test
  void shouldColourWhatIsAskedFor() {
    assertThat(Runs.run(CHECK, SAMPLE, "--color=always").out()).contains(ESCAPE);
    assertThat(Runs.run("--color=always", CHECK, SAMPLE).out()).contains(ESCAPE);
    assertThat(Runs.run(CHECK, "--help", "--color=always").out()).contains(ESCAPE);
    assertThat(Runs.run("--color=always", CHECK, SAMPLE, "--color=never").out()).doesNotContain(ESCAPE);
    assertThat(Runs.run(CHECK, SAMPLE).out()).doesNotContain(ESCAPE);
  }

  @Test
  void shouldRefuseOtherColours() {
    Runs.Result result = Runs.run(CHECK, "--color=pink");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).startsWith("vmatrace: --color: ").hasLineCount(1);
  }
}
