package io.vmatrace.cli.record;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The kernel's tracing directory.
 *
 * @param root where it is mounted
 */
public record Tracefs(Path root) {
  private static final Path MOUNTS = Path.of("/proc/self/mounts");
  private static final Path LOCKDOWN = Path.of("/sys/kernel/security/lockdown");

  /**
   * Finds it, and looks whether one may record with it.
   *
   * @throws RecordException when not: why, and what to do
   */
  public static Tracefs find() throws RecordException {
    try {
      if ((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") != 0) {
        throw RecordException.refused("recording needs root: run it with sudo; what perf may record without root, --perf does");
      }
      Tracefs tracefs = new Tracefs(mounted());
      tracefs.tryOut();
      return tracefs;
    } catch (IOException e) {
      throw RecordException.refused("the state of this system cannot be read: " + e.getMessage());
    }
  }

  /** Finds it for who may read it only. */
  static Tracefs readable() throws IOException, RecordException {
    return new Tracefs(mounted());
  }

  private static Path mounted() throws IOException, RecordException {
    for (String line : Files.readAllLines(MOUNTS, StandardCharsets.ISO_8859_1)) {
      List<String> words = List.of(line.split(" ", 4));
      if (words.size() == 4 && words.get(2).equals("tracefs")) {
        return Path.of(words.get(1).replace("\\040", " "));
      }
    }
    throw RecordException.refused(
        Files.isDirectory(Path.of("/sys/kernel/tracing"))
            ? "tracefs is not mounted: mount -t tracefs tracefs /sys/kernel/tracing"
            : "this kernel has no tracefs (CONFIG_TRACING), or this container hides it");
  }

  private void tryOut() throws RecordException {
    Path instances = root.resolve("instances");
    if (!Files.isDirectory(instances)) {
      throw RecordException.refused("%s cannot be looked into%s".formatted(root, lockdown()));
    }
    if (!Files.isWritable(instances)) {
      throw RecordException.refused("%s is mounted read-only: mount -o remount,rw %s".formatted(root, root));
    }
  }

  /** What may be why, or nothing. */
  static String lockdown() {
    try {
      return Files.isReadable(LOCKDOWN) && !Files.readString(LOCKDOWN).contains("[none]") ? ": the kernel is locked down, which forbids tracing" : "";
    } catch (IOException _) {
      return "";
    }
  }

  /** Writes to a file of tracefs, without emptying it first: some of them forget everything then. */
  static void write(Path file, String text) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      String why = String.valueOf(e.getMessage());
      throw new IOException("%s: %s".formatted(file, why.replaceFirst("^.*?: ", "")), e);
    }
  }

  /** The text of a file of tracefs or of /proc; the names of tasks in it come through as they are. */
  static String read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) { // in large pieces: some of these files have no second byte to read
      return new String(in.readNBytes(Integer.MAX_VALUE), StandardCharsets.ISO_8859_1);
    }
  }
}
