package io.vmatrace.checker.formats;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.ReportSamples;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Annotations by the grammar that actions/toolkit documents: {@code ::command name=value,name=value::data}, with its escapes. */
class GithubReportsTest {
  /** A command as the runner understands it. */
  private record Command(String name, Map<String, String> properties, String data) {
    static Command of(String line) {
      assertThat(line).startsWith("::").doesNotContainPattern("\\p{Cntrl}");
      int end = line.indexOf("::", 2);
      String head = line.substring(2, end);
      int blank = head.indexOf(' ');
      Map<String, String> properties = new HashMap<>();
      for (String property : head.substring(blank + 1).split(",", -1)) {
        String[] pair = property.split("=", 2);
        assertThat(pair).hasSize(2);
        properties.put(pair[0], unescaped(pair[1].replace("%3A", ":").replace("%2C", ",")));
      }
      return new Command(head.substring(0, blank), properties, unescaped(line.substring(end + 2)));
    }

    private static String unescaped(String text) {
      return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
    }
  }

  private static List<Command> commands(String written) {
    return written.lines().map(Command::of).toList();
  }

  @Test
  void shouldKeepToTheGrammarWhateverTheNames() {
    List<Command> commands = commands(Written.of(CheckFormat.GITHUB, List.of(ReportSamples.odd())));
    Command only = commands.getFirst();
    assertThat(commands).hasSize(1);
    assertThat(only.name()).isEqualTo("error");
    assertThat(only.properties()).isEqualTo(Map.of("file", "odd #1\\x1b[31m, a:b%0A::error::<x>]]>.txt", "line", "7", "endLine", "7", "title", "R59/vm_area_free"));
    assertThat(only.data().lines()).hasSize(2).last().asString().startsWith("\\x01\\x1b[1m#%,:\\x0d]]>\\ud800\\x85-212 [001]");
  }

  @Test
  void shouldWriteTheWorstFirstAndNoMoreThanAreShown() {
    List<Command> commands = commands(OddRuns.written(CheckFormat.GITHUB));
    assertThat(of(commands, "error")).hasSize(10).first().extracting(command -> command.properties().get("title")).isEqualTo("UNREADABLE");
    assertThat(of(commands, "error").getLast().data()).isEqualTo("and 28 more");
    assertThat(of(commands, "warning")).extracting(command -> command.properties().get("file")).containsExactly("lost.txt", "nothing.txt");
    assertThat(of(commands, "notice")).extracting(command -> command.properties().get("file")).containsExactly("perf.data", "known.txt");
    assertThat(of(commands, "notice").getFirst().properties()).doesNotContainKey("line");
  }

  @Test
  void shouldShowTenOfEachKind() {
    List<Report> reports = Stream.concat(Collections.nCopies(40, ReportSamples.unchecked()).stream(), Collections.nCopies(40, ReportSamples.known()).stream()).toList();
    List<Command> commands = commands(Written.of(CheckFormat.GITHUB, reports));
    assertThat(of(commands, "warning")).hasSize(10).last().extracting(Command::data).isEqualTo("and 31 more");
    assertThat(of(commands, "notice")).hasSize(10);
    assertThat(commands(Written.of(CheckFormat.GITHUB, List.of(ReportSamples.clean())))).isEmpty();
  }

  private static List<Command> of(List<Command> commands, String name) {
    return commands.stream().filter(command -> command.name().equals(name)).toList();
  }
}
