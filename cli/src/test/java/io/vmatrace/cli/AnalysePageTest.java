package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/ANALYSE.md shows is what its commands print. */
class AnalysePageTest {
  private static final Pattern SHOWN = Pattern.compile("^ {4}\\$ vmatrace (.*)\\n((?: {4}.*\\n|\\n(?= {4}))+)", Pattern.MULTILINE);

  @Test
  void shouldShowWhatTheCommandsPrint() throws IOException {
    Matcher shown = SHOWN.matcher(Files.readString(Path.of("docs/ANALYSE.md")));
    int commands = 0;
    while (shown.find()) {
      commands++;
      String out = Runs.run(arguments(shown.group(1))).out().replaceAll("(?m) +$", "");
      for (String part : shown.group(2).replaceAll("(?m)^ {4}", "").split("(?m)^\\.\\.\\.\\n", -1)) {
        assertThat(out).as(shown.group(1)).contains(part);
      }
    }
    assertThat(commands).isEqualTo(3);
  }

  /** As a shell reads them. */
  private static String[] arguments(String line) throws IOException {
    List<String> arguments = new ArrayList<>();
    for (String word : line.split(" ", -1)) {
      if (word.contains("*")) {
        Path pattern = Path.of(word);
        List<String> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(pattern.getParent(), String.valueOf(pattern.getFileName()))) {
          found.forEach(file -> files.add(file.toString()));
        }
        files.stream().sorted().forEach(arguments::add);
      } else {
        arguments.add(word);
      }
    }
    return arguments.toArray(String[]::new);
  }
}
