package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code vmatrace schema}. */
class SchemaCommandTest {
  private static final Path SCHEMAS = Path.of("checker/src/main/resources/schema");

  @Test
  void shouldPrintEverySchema() throws Exception {
    try (Stream<Path> files = Files.list(SCHEMAS)) {
      for (Path file : files.toList()) {
        String name = String.valueOf(file.getFileName()).replace("-1.schema.json", "");
        Runs.Result result = Runs.run("schema", name);
        assertThat(result.status()).isZero();
        assertThat(result.out()).isEqualTo(Files.readString(file));
        assertThat(Runs.run("schema").out().lines()).contains(name);
      }
    }
  }

  @Test
  void shouldSayWhichThereAre() {
    Runs.Result result = Runs.run("schema", "chek");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).startsWith("vmatrace: no schema is called chek; did you mean check?; there are check, check-line, info, stats, ");
  }
}
