package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No comment, page or message of the project sends its reader outside of it, or to a section of docs/PROTOCOL.md that is not there. */
class CitationsTest {
  private static final Set<String> TEXTS = Set.of("c", "java", "json", "md", "properties", "sh", "xml", "yaml", "yml");
  private static final Pattern OUTSIDE =
      Pattern.compile(
          "\\b(protocol|design|formats|house|style|engine|peers|components|libraries|rules-todo|audit)\\.md\\b"
              + "|\\.\\./shared|/work/(shared|main|base|tools)|\\bissue #?\\d+");
  /** A test may look for files beside the project, where they are. */
  private static final Pattern PATH_IN_CODE = Pattern.compile("\"(\\.\\./)+shared[^\"\\s]*\"");
  private static final Pattern SECTION = Pattern.compile("docs/PROTOCOL\\.md, ([^.;)]+)");

  @Test
  void shouldCiteNothingOutsideTheProject() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : texts()) {
      Matcher cited = OUTSIDE.matcher(PATH_IN_CODE.matcher(Files.readString(file)).replaceAll(""));
      while (cited.find()) {
        found.add(file + ": " + cited.group());
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void shouldCiteSectionsThatExist() throws IOException {
    Set<String> sections = new TreeSet<>();
    try (Stream<String> page = Files.lines(Path.of("docs/PROTOCOL.md"))) {
      page.filter(line -> line.startsWith("##")).forEach(line -> sections.add(line.replaceFirst("^#+ ", "")));
    }
    List<String> wrong = new ArrayList<>();
    int cited = 0;
    for (Path file : texts()) {
      Matcher section = SECTION.matcher(Files.readString(file).replaceAll("\\s+(\\* )?", " "));
      while (section.find()) {
        cited++;
        String words = section.group(1);
        if (sections.stream().noneMatch(words::startsWith)) {
          wrong.add(file + ": " + words);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(cited).isGreaterThan(20);
  }

  private static List<Path> texts() throws IOException {
    List<Path> texts = new ArrayList<>();
    Files.walkFileTree(
        Path.of(""),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = folder.getFileName().toString();
            boolean mine = !name.equals("target") && (!name.startsWith(".") || name.equals(".ci"));
            return mine ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = file.getFileName().toString();
            if (TEXTS.contains(name.substring(name.lastIndexOf('.') + 1))) {
              texts.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return texts;
  }
}
