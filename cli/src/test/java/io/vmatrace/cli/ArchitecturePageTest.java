package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** docs/ARCHITECTURE.md and docs/PACKAGES.md name no class that does not exist. */
class ArchitecturePageTest {
  private static final Pattern NAME = Pattern.compile("`([A-Z][A-Za-z]+)(?:\\.[a-z]\\w*)?`");

  @ParameterizedTest
  @ValueSource(strings = {"ARCHITECTURE", "PACKAGES"})
  void shouldNameClassesThatExist(String page) throws IOException {
    Set<String> named = new TreeSet<>();
    Matcher names = NAME.matcher(Files.readString(Path.of("docs", page + ".md")));
    while (names.find()) {
      named.add(names.group(1));
    }
    named.remove("ID");
    assertThat(named).hasSizeGreaterThan(20).isSubsetOf(classes());
  }

  private static Set<String> classes() throws IOException {
    Set<String> classes = new TreeSet<>();
    for (String module : new String[] {"parser", "checker", "cli"}) {
      try (Stream<Path> files = Files.walk(Path.of(module, "src"))) {
        classes.addAll(
            files.map(path -> path.getFileName().toString()).filter(name -> name.endsWith(".java")).map(name -> name.replace(".java", "")).collect(Collectors.toSet()));
      }
    }
    return classes;
  }
}
