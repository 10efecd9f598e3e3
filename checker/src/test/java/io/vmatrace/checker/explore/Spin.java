package io.vmatrace.checker.explore;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** SPIN with the model in Promela that was written from the kernel's source: its own reductions of the state are off, it would take states for one that differ in a local of no more use. */
final class Spin {
  private Spin() {}

  /** Whether SPIN and a C compiler are on the path. */
  static boolean isThere() {
    return isThere("spin", "-V") && isThere("gcc", "--version");
  }

  private static boolean isThere(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Makes the program {@code pan}, which explores the model.
   *
   * @param defines macros of the model, with blanks between them; may be empty
   * @param optimisation the compiler's, such as {@code -O2}
   * @return the folder in which it is
   */
  static Path build(Path folder, String defines, String optimisation) throws Exception {
    Path in = Files.createTempDirectory(folder, "spin");
    try (var model = Objects.requireNonNull(Spin.class.getResourceAsStream("/spin/munmap.pml"), "munmap.pml")) {
      Files.copy(model, in.resolve("munmap.pml"));
    }
    List<String> generate = new ArrayList<>(List.of("spin", "-a", "-o1", "-o2", "-o3"));
    for (String define : defines.split(" ", -1)) {
      if (!define.isEmpty()) {
        generate.add("-D" + define);
      }
    }
    generate.add("munmap.pml");
    run(in, generate);
    run(in, List.of("gcc", optimisation, "-w", "-DSAFETY", "-DNOREDUCE", "-o", "pan", "pan.c"));
    return in;
  }

  /** Runs a command in a folder; what it says. */
  static String run(Path in, List<String> command) throws Exception {
    Path out = Files.createTempFile(in, "out", ".txt");
    Process process = new ProcessBuilder(command).directory(in.toFile()).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    if (!process.waitFor(300, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("%s does not end".formatted(command));
    }
    return Files.readString(out, StandardCharsets.UTF_8);
  }

  /** The number before some words in what {@code pan} says. */
  static long number(String said, String words) {
    return said.lines().filter(line -> line.contains(words)).mapToLong(line -> Long.parseLong(line.substring(0, line.indexOf(words)).strip())).findFirst().orElseThrow();
  }
}
