package io.vmatrace.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A kernel under QEMU, with the program as it is installed: what is done there as root harms nobody. Where a machine has no such thing, tests skip. */
final class RigGuest {
  private static final Path BOOT = Path.of("../shared/rig/boot.sh");
  private static final String RIG = System.getenv().getOrDefault("RIG", "/tmp/vmatrace-rig");

  /** What {@code mvn -Pdist package} leaves. */
  private static final Path INSTALLED = Path.of("cli/target/dist");

  private static final String PROGRAM =
      """
      #!/bin/sh
      exec /opt/vmatrace/lib/runtime/bin/java -XX:AOTCache=/opt/vmatrace/lib/vmatrace.aot -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx142m -Xlog:disable -Xlog:all=off \\
        --enable-native-access=ALL-UNNAMED -cp /opt/vmatrace/lib/vmatrace.jar io.vmatrace.cli.Vmatrace "$@"
      """;

  /** So many of a kernel that did not get to its end. */
  private static final int CONSOLE_LINES = 30;

  private static final Pattern LIBRARY = Pattern.compile("/\\S+\\.so\\S*");

  private final Path root;

  /** A guest whose files are in the folder {@code root}, as far as they are not those of every guest. */
  RigGuest(Path root) throws Exception {
    assumeTrue(Files.isExecutable(BOOT), "there is no rig beside the project");
    assumeTrue(Stream.of(System.getenv("PATH").split(":", -1)).anyMatch(path -> Files.isExecutable(Path.of(path, "qemu-system-x86_64"))), "there is no QEMU here");
    this.root = root;
    install();
  }

  /** The newest folder that was made for an installation, as /opt/vmatrace, and what its Java needs. */
  private void install() throws Exception {
    assumeTrue(Files.isDirectory(INSTALLED), "nothing to install: mvn -Pdist package");
    Path to = root.resolve("opt/vmatrace");
    try (Stream<Path> versions = Files.list(INSTALLED)) {
      copy(versions.max(Path::compareTo).orElseThrow(), to);
    }
    Path java = to.resolve("lib/runtime/bin/java");
    for (Path program : List.of(java, to.resolve("lib/runtime/lib/server/libjvm.so"), to.resolve("lib/runtime/lib/libzip.so"), Path.of("/usr/bin/env"))) {
      addLibraries(program);
    }
    Files.createDirectories(root.resolve("usr/bin"));
    Files.copy(Path.of("/usr/bin/env"), root.resolve("usr/bin/env"));
    script("vmatrace", PROGRAM);
  }

  private void addLibraries(Path program) throws Exception {
    Process ldd = new ProcessBuilder("ldd", program.toString()).start();
    try (InputStream said = ldd.getInputStream()) {
      Matcher libraries = LIBRARY.matcher(new String(said.readAllBytes(), StandardCharsets.UTF_8));
      while (libraries.find()) {
        Path library = root.resolve(libraries.group().substring(1));
        if (!libraries.group().contains("/opt/vmatrace/") && !Files.exists(library)) {
          Files.createDirectories(library.resolveSibling("."));
          Files.copy(Path.of(libraries.group()).toRealPath(), library);
        }
      }
    }
  }

  /** Adds a file that may be executed. */
  void script(String name, String text) throws IOException {
    Path file = Files.writeString(root.resolve(name), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /**
   * Boots a kernel, and runs a script in it as root.
   *
   * @param script a resource of this package's tests, below {@code rig/}
   * @param out gets what the script leaves in /tmp/out
   * @param seconds it may take
   */
  void run(String kernel, String script, Path out, int seconds) throws Exception {
    assumeTrue(Files.isDirectory(Path.of(RIG, "kernel", kernel)), "the rig has no kernel " + kernel);
    Files.createDirectories(out);
    Path guest = out.resolve("guest.sh");
    try (InputStream text = RigGuest.class.getResourceAsStream("/rig/" + script)) {
      Files.copy(text, guest);
    }
    ProcessBuilder boot = new ProcessBuilder(BOOT.toString(), kernel, guest.toString(), out.toString()).redirectErrorStream(true);
    boot.environment().putAll(Map.of("RIG", RIG, "EXTRA_ROOT", root.toString(), "MEMORY", "3000", "LIMIT", String.valueOf(seconds)));
    Process booted = boot.start();
    String said = new String(booted.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (booted.waitFor() != 0) {
      Path console = out.resolve("console.log");
      List<String> last = Files.exists(console) ? Files.readAllLines(console, StandardCharsets.ISO_8859_1) : List.of();
      throw new IOException("%s of %s: %s%s".formatted(script, kernel, said, String.join("\n", last.subList(Math.max(0, last.size() - CONSOLE_LINES), last.size()))));
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(from)) {
      all = files.sorted().toList();
    }
    for (Path file : all) {
      Path copy = to.resolve(from.relativize(file).toString());
      if (Files.isDirectory(file)) {
        Files.createDirectories(copy);
      } else {
        Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS); // the cache is good for a jar of this time only
      }
    }
  }
}
