package io.vmatrace.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The launcher, in a folder of its own, with a jar that leads to the classes under test. */
final class Launched {
  private static final long PATIENCE_SECONDS = 120;

  /** What a run left. */
  record Result(int status, String out, String err) {}

  final Path home;
  private final Path work;

  /** @param folder empty */
  Launched(Path folder) throws IOException {
    work = folder;
    home = Files.createDirectories(folder.resolve("clone/cli"));
    Files.createDirectories(home.resolve("target"));
    Files.copy(Path.of("cli/vmatrace"), home.resolve("vmatrace"), StandardCopyOption.COPY_ATTRIBUTES);
    Files.write(jar(), jarOfClasses(null));
  }

  Path jar() {
    return home.resolve("target/vmatrace.jar");
  }

  /** Puts a hole where a class of the program was. */
  void damage(String name) throws IOException {
    Files.write(jar(), jarOfClasses(name));
  }

  private static byte[] jarOfClasses(@Nullable String damaged) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
      if (damaged != null) {
        jar.putNextEntry(new JarEntry(damaged));
        jar.write(new byte[1024]);
      }
    }
    return bytes.toByteArray();
  }

  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(":", -1)).map(path -> Path.of(path).toUri().toString()).collect(Collectors.joining(" "));
  }

  /** Runs shell commands, in which {@code $v} is the launcher. */
  Result sh(String script) throws Exception {
    return sh(script, Map.of());
  }

  Result sh(String script, Map<String, String> environment) throws Exception {
    Process process = start(script, environment);
    process.getOutputStream().close();
    return end(process);
  }

  /** Starts them; they read what is written to the process. */
  Process start(String script, Map<String, String> environment) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", script);
    builder.environment().put("v", home.resolve("vmatrace").toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    builder.redirectOutput(work.resolve("out").toFile()).redirectError(work.resolve("err").toFile());
    return builder.start();
  }

  Result end(Process process) throws Exception {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError("no end of it");
    }
    return new Result(process.exitValue(), Files.readString(work.resolve("out")), Files.readString(work.resolve("err")));
  }

  /** The JVM that a launcher has started: waits until it is there. */
  static ProcessHandle jvm(Process launcher) throws InterruptedException {
    for (int i = 0; i < PATIENCE_SECONDS * 20; i++) {
      List<ProcessHandle> jvms = new ArrayList<>(launcher.descendants().filter(child -> child.info().command().orElse("").endsWith("/bin/java")).toList());
      if (!jvms.isEmpty()) {
        return jvms.getFirst();
      }
      Thread.sleep(50);
    }
    throw new AssertionError("no JVM");
  }

  /** Waits until a thread of the JVM waits for standard input, a pipe: all that was written to it is read. Where the kernel does not tell (wchan), waits two seconds. */
  static void awaitReading(ProcessHandle jvm) throws Exception {
    Path tasks = Path.of("/proc", Long.toString(jvm.pid()), "task");
    boolean told = false;
    for (int i = 0; i < PATIENCE_SECONDS * 20 && (told || i < 40); i++) {
      Thread.sleep(50);
      try (Stream<Path> all = Files.list(tasks)) {
        List<String> places = all.map(task -> waitsIn(task.resolve("wchan"))).toList();
        if (places.stream().anyMatch(place -> place.contains("pipe_read"))) {
          return;
        }
        told |= places.stream().anyMatch(place -> place.length() > 1);
      }
    }
  }

  /** In which function of the kernel a task sleeps; empty if it is gone. */
  private static String waitsIn(Path wchan) {
    try {
      return Files.readString(wchan);
    } catch (IOException e) {
      return "";
    }
  }

  static void write(Process process, String text) throws IOException {
    OutputStream in = process.getOutputStream();
    in.write(text.getBytes(StandardCharsets.UTF_8));
    in.flush();
  }
}
