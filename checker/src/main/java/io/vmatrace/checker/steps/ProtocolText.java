package io.vmatrace.checker.steps;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.StringTokenizer;

/** How the files of resources/protocol are read, and those of the same form. */
public final class ProtocolText {
  private ProtocolText() {}

  /** The lines of a file of resources/protocol. */
  public static List<String> lines(String resource) {
    try (InputStream in = Objects.requireNonNull(ProtocolText.class.getResourceAsStream("/protocol/" + resource), resource);
        BufferedReader text = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return text.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A line without what stands behind #, and without blanks around it. */
  public static String withoutComment(String line) {
    int comment = line.indexOf('#');
    return (comment < 0 ? line : line.substring(0, comment)).strip();
  }

  /** Words, whatever stands between them: blanks, commas and the parentheses of a call. */
  public static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    for (StringTokenizer left = new StringTokenizer(text, " \t,()"); left.hasMoreTokens(); ) {
      words.add(left.nextToken());
    }
    return words;
  }
}
