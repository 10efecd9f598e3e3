package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.formats.CheckFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every check that docs/CI.md has works as it is written, on a folder with the capture of a broken kernel. */
class CiPageTest {
  private static final Path PAGE = Path.of("docs/CI.md");
  private static final Pattern CHECK = Pattern.compile("(?:cli/)?vmatrace (check [-\\w.:/ ]*?captures)(?=\\s|$)", Pattern.MULTILINE);
  private static final Pattern FILE = Pattern.compile("[a-z]+:(\\w+\\.\\w+)");

  @TempDir Path folder;

  static Stream<String> checks() throws IOException {
    List<String> checks = new ArrayList<>();
    Matcher found = CHECK.matcher(Files.readString(PAGE).replaceAll("\"\\$\\{CAPTURES:-/var/tmp/captures}\"", "captures").replaceAll("\"\\$\\{SLICES:-/var/tmp/slices}\"", "slices"));
    while (found.find()) {
      checks.add(found.group(1));
    }
    assertThat(checks).hasSize(7);
    return checks.stream();
  }

  @ParameterizedTest
  @MethodSource("checks")
  void shouldRunAsWritten(String check) throws IOException {
    Path captures = Files.createDirectories(folder.resolve("captures"));
    Files.copy(Path.of("samples/broken-free-attached-churn.txt.zst"), captures.resolve("mytest.txt.zst"));
    Path known = Files.writeString(folder.resolve("known.txt"), "# none\n");
    String moved = FILE.matcher(check).replaceAll(file -> file.group().replace(file.group(1), folder.resolve(file.group(1)).toString()));
    Map<String, Path> files = Map.of("captures", captures, "known.txt", known, "slices", folder.resolve("slices"));
    String[] words = Arrays.stream(moved.split(" ", -1)).map(word -> files.containsKey(word) ? String.valueOf(files.get(word)) : word).toArray(String[]::new);
    Runs.Result result = Runs.run(words);
    assertThat(result.status()).as(result.err()).isEqualTo(check.contains("--update-baseline") ? 0 : 1);
    FILE.matcher(check).results().forEach(file -> assertThat(folder.resolve(file.group(1))).isNotEmptyFile());
    assertThat(Files.exists(folder.resolve("slices/R59-vm_area_free-munmap-not-detached.txt"))).isEqualTo(check.contains("--slice"));
    assertThat(known).content().contains(check.contains("--update-baseline") ? "R59/vm_area_free/munmap/not-detached" : "# none");
  }

  /** A job that prints what is in the folder would print the slices of the job before it. */
  @Test
  void shouldBeginWithoutTheSlicesOfAnEarlierRun() throws IOException {
    List<String> printing = Arrays.stream(Files.readString(PAGE).split("```", -1)).filter(block -> block.contains("slices/*")).toList();
    assertThat(printing).hasSize(2).allMatch(block -> block.contains("rm -rf slices") && block.indexOf("rm -rf slices") < block.indexOf("--slice"));
  }

  @Test
  void shouldNameEveryFormat() throws IOException {
    String page = Files.readString(PAGE) + Files.readString(Path.of("docs/AUTOMATION.md"));
    assertThat(Arrays.stream(CheckFormat.values()).map(format -> "`" + format.text() + "`")).allMatch(page::contains);
  }
}
