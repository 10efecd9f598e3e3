package io.vmatrace.checker.explore;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.steps.ProtocolText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tests for herd7 are whole, and have the orders that the step table declares. herd7 itself runs by hand: Debian 12 has none. */
class LitmusTestsTest {
  @Test
  void shouldBeInTheFormOfHerd7(@TempDir Path folder) throws IOException {
    LitmusTests.write(folder.resolve("litmus"));
    try (var files = Files.list(folder.resolve("litmus"))) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrderElementsOf(LitmusTests.NAMES.stream().map(name -> name + ".litmus").toList());
    }
    for (String name : LitmusTests.NAMES) {
      String text = LitmusTests.text(name);
      assertThat(text).startsWith("C " + name + "\n\n(*\n").contains("\n\nP0(", "\n\nP1(").containsPattern("\nexists \\(.*\\)\n$");
      assertThat(text.chars().filter(c -> c == '{').count()).isEqualTo(text.chars().filter(c -> c == '}').count());
    }
  }

  /** The page says of each what the test says, and which the weak ones are. */
  @Test
  void shouldBeExpectedAsThePageSays() throws IOException {
    String page = Files.readString(Path.of("../docs/ORDERINGS.md"));
    for (String name : LitmusTests.NAMES) {
      String expected = LitmusTests.text(name).contains("Expected: Never") ? "never" : "sometimes";
      assertThat(page).contains("| `%s` | %s |".formatted(name, expected));
      assertThat(LitmusTests.text(name).contains("A weak edge")).isEqualTo(expected.equals("sometimes"));
    }
  }

  /** Where a test has an order the table has it too. */
  @ParameterizedTest
  @CsvSource(textBlock = """
      attach-publishes,        vma_mark_attached(vma), store vma.refcnt 1 release
      attach-publishes,        vma_start_read(vma,     inc_not_zero got vma acquire
      put-releases,            vma_refcount_put(vma),  dec v vma release
      increment-then-sequence, vma_start_write(vma,    sub_flag v vma release
      section-publishes,       mmap_write_unlock(mm),  add mm.seq 1 release
      section-publishes,       vma_start_read(vma,     load b mm.seq acquire
      anon-vma-publishes,      __anon_vma_prepare(vma, set_anon vma 2 release
      """)
  void shouldHaveTheOrdersOfTheTable(String name, String program, String step) {
    List<String> lines = ProtocolText.lines("steps.txt");
    int begin = 0;
    while (!lines.get(begin).startsWith("program ") || !lines.get(begin).contains(program)) {
      begin++;
    }
    int end = begin + 1;
    while (end < lines.size() && !lines.get(end).startsWith("program ")) {
      end++;
    }
    assertThat(LitmusTests.text(name)).containsPattern("release|acquire|smp_wmb");
    assertThat(lines.subList(begin, end)).anyMatch(line -> line.endsWith(step));
  }
}
