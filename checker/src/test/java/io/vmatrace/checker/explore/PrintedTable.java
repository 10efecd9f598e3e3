package io.vmatrace.checker.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A part of a page that a test prints anew with -Dvmatrace.refresh=true, and else compares. */
final class PrintedTable {
  private PrintedTable() {}

  /** What a page has between two marks is a text, or becomes it. */
  static void hold(Path page, String begin, String end, String table) throws IOException {
    String text = Files.readString(page);
    int from = text.indexOf(begin) + begin.length();
    int to = text.indexOf(end);
    if (Boolean.getBoolean("vmatrace.refresh")) {
      Files.writeString(page, text.substring(0, from) + "\n" + table + "\n" + text.substring(to));
    } else {
      assertThat(text.substring(from, to).strip()).isEqualTo(table.strip());
    }
  }
}
