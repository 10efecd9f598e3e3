package io.vmatrace.checker.formats;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.report.ReportSamples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every format writes the same reports as its fixture has them. With -Dvmatrace.refresh=true the fixtures are written anew. */
class CheckFormatTest {
  private static final Path FIXTURES = Path.of("src/test/resources/formats");

  @ParameterizedTest
  @EnumSource(CheckFormat.class)
  void shouldWriteWhatTheFixtureHas(CheckFormat format) throws IOException {
    Path fixture = FIXTURES.resolve("three-captures." + format.text());
    String written = withoutScripts(Written.of(format, List.of(ReportSamples.broken(4), ReportSamples.clean(), ReportSamples.inconclusive())));
    if (Boolean.getBoolean("vmatrace.refresh")) {
      Files.writeString(fixture, written);
    }
    assertThat(written).isEqualTo(Files.readString(fixture));
  }

  /** A page has the same style and script whatever its captures are, and their hashes. */
  private static String withoutScripts(String written) {
    return written.replaceAll("(?s)<(style|script)>.*?</\\1>", "<$1></$1>").replaceAll("'sha256-[^']*'", "'sha256-'");
  }

  @Test
  void shouldWriteARunWithoutCaptures() {
    String written = Written.of(CheckFormat.JSON, List.of());
    assertThat(written).endsWith("\"verdict\" : \"INCONCLUSIVE\",\n  \"captures\" : [ ]\n}\n");
    assertThat(Written.of(CheckFormat.TEXT, List.of())).isEqualTo("0 captures\n");
  }
}
