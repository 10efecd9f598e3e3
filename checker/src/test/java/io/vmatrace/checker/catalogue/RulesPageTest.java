package io.vmatrace.checker.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** docs/RULES.md has the page of every rule as the catalogue has it. With -Dvmatrace.refresh=true it is printed anew. */
class RulesPageTest {
  private static final Path PAGE = Path.of("../docs/RULES.md");

  @Test
  void shouldHaveThePageOfEveryRule() throws IOException {
    if (Boolean.getBoolean("vmatrace.refresh")) {
      Files.writeString(PAGE, RuleList.document());
    } else {
      String written = Files.readString(PAGE);
      long same = Math.max(0, Arrays.mismatch(written.toCharArray(), RuleList.document().toCharArray()));
      assertThat(written.equals(RuleList.document()))
          .as("docs/RULES.md is not what the catalogue prints, from line %d on: run this test with -Dvmatrace.refresh=true", written.chars().limit(same).filter(c -> c == '\n').count() + 1)
          .isTrue();
    }
  }
}
