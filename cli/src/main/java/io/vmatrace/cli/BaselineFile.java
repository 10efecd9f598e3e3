package io.vmatrace.cli;

import io.vmatrace.checker.catalogue.Rules;
import io.vmatrace.parser.input.FileTrouble;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Causes of findings that are known, one on each line, such as {@code R72/dup_mmap}; what comes after a {@code #} is for people.
 * Lines of rules that this version does not have are kept out: such a baseline was made by another version.
 */
final class BaselineFile {
  private static final long MOST_BYTES = 1 << 22;
  private static final String HEAD =
      "# Known findings: vmatrace check --baseline reports them and does not fail for them.\n# Written by --update-baseline; lines may be taken out, and comments put behind them.\n";

  private BaselineFile() {}

  /**
   * The causes in a file.
   *
   * @throws IOException when it cannot be read, or a line is no cause; the message says why
   */
  static NavigableSet<String> read(Path file) throws IOException {
    FileTrouble.requireRegular(file);
    if (Files.size(file) > MOST_BYTES) {
      throw new IOException("larger than %d bytes".formatted(MOST_BYTES));
    }
    NavigableSet<String> causes = new TreeSet<>();
    List<String> lines = lines(file);
    for (int i = 0; i < lines.size(); i++) {
      String cause = withoutComment(lines.get(i));
      if (!cause.isEmpty()) {
        causes.add(checked(cause, i + 1));
      }
    }
    return causes;
  }

  private static List<String> lines(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
  }

  private static String withoutComment(String line) {
    int comment = line.indexOf('#');
    return (comment < 0 ? line : line.substring(0, comment)).strip();
  }

  private static String checked(String cause, int line) throws IOException {
    int slash = cause.indexOf('/');
    if (slash < 1 || slash == cause.length() - 1 || Rules.find(cause.substring(0, slash)).isEmpty()) {
      throw new IOException("line %d is no cause of a finding such as R72/dup_mmap: %s".formatted(line, cause));
    }
    return cause;
  }

  /** Writes causes, sorted, each with the comment that the file has behind it. */
  static void write(Path file, Collection<String> causes) throws IOException {
    Map<String, String> commented = new HashMap<>();
    if (Files.exists(file)) {
      lines(file).forEach(line -> commented.put(withoutComment(line), line.strip()));
    }
    StringBuilder text = new StringBuilder(HEAD);
    new TreeSet<>(causes).forEach(cause -> text.append(commented.getOrDefault(cause, cause)).append('\n'));
    Files.writeString(file, text);
  }
}
