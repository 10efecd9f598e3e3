package io.vmatrace.checker.explore;

import io.vmatrace.checker.steps.ProtocolText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The memory orders that the protocol rests on, and two that it does not have, as tests for herd7 with the kernel's memory model
 * (tools/memory-model): resources/protocol/litmus. docs/ORDERINGS.md has them as a table.
 */
public final class LitmusTests {
  /** Their names, those that must never happen first. */
  public static final List<String> NAMES =
      List.of(
          "attach-publishes", "put-releases", "reader-wakes-writer", "increment-then-sequence", "section-publishes", "tree-publishes", "anon-vma-publishes",
          "load-after-wait", "load-of-the-section");

  private LitmusTests() {}

  /** The text of one. */
  static String text(String name) {
    return String.join("\n", ProtocolText.lines("litmus/" + name + ".litmus")) + "\n";
  }

  /**
   * Writes all of them into a folder, which is made if it is not there.
   *
   * @throws IOException where one cannot be written
   */
  public static void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (String name : NAMES) {
      Files.writeString(folder.resolve(name + ".litmus"), text(name));
    }
  }
}
