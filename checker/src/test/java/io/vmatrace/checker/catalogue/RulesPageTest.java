package io.vmatrace.checker.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/RULES.md has the page of every rule as the catalogue has it. With -Dvmatrace.refresh=true it is printed anew. */
class RulesPageTest {
  private static final Path PAGE = Path.of("../docs/RULES.md");

  @Test
  void shouldHaveThePageOfEveryRule() throws IOException {
    if (Boolean.getBoolean("vmatrace.refresh")) {
      Files.writeString(PAGE, RuleList.document());
    } else {
      assertThat(Files.readString(PAGE)).isEqualTo(RuleList.document());
    }
  }
}
