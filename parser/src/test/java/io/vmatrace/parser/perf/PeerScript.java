package io.vmatrace.parser.perf;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text of perf script, slowly: from the program itself or from a file. */
final class PeerScript {
  /** {@code        workload   164/164   [001]    26.091636425:    mmap_lock:mmap_lock_released: mm=0x… write=true}; pid or pid/tid. */
  private static final Pattern LINE =
      Pattern.compile("^\\s*(?<comm>\\S.*?)\\s+(?:-?\\d+/)?(?<tid>-?\\d+)\\s+(?:\\[(?<cpu>-?\\d+)]\\s+)?(?<sec>\\d+)\\.(?<frac>\\d{6}|\\d{9}):\\s+(?:\\d+\\s+)?(?<name>\\S+?):(?:\\s+(?<text>.*))?$");

  /** A line; cpu is -1 where it has none; digits are those of the fraction of a second. */
  record Line(String comm, int tid, int cpu, long time, int digits, String name, String text) {}

  private PeerScript() {}

  static boolean isInstalled() {
    try {
      return run(List.of("perf", "--version")).isPresent();
    } catch (IOException _) {
      return false;
    }
  }

  /** What perf script prints of a file, with as many columns as its samples have; empty when it refuses the file. */
  static Optional<List<Line>> of(Path file) throws IOException {
    for (String columns : List.of("comm,pid,tid,cpu,time,event,trace", "comm,pid,tid,time,event,trace")) {
      Optional<String> text = run(List.of("perf", "script", "-i", file.toString(), "--no-itrace", "--ns", "-F", columns));
      if (text.isPresent()) {
        return Optional.of(lines(text.get()));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      return process.waitFor() == 0 ? Optional.of(text) : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  static List<Line> ofText(Path zst) throws IOException {
    try (InputStream in = new ZstdInputStream(Files.newInputStream(zst))) {
      return lines(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static List<Line> lines(String text) {
    List<Line> lines = new ArrayList<>();
    for (String line : (Iterable<String>) text.lines()::iterator) {
      Matcher m = LINE.matcher(line);
      if (!line.startsWith("#") && m.matches()) {
        String frac = m.group("frac");
        long time = Long.parseLong(m.group("sec")) * 1_000_000_000 + Long.parseLong((frac + "000").substring(0, 9));
        int cpu = m.group("cpu") == null ? -1 : Integer.parseInt(m.group("cpu"));
        String own = m.group("text") == null ? "" : m.group("text");
        lines.add(new Line(m.group("comm"), Integer.parseInt(m.group("tid")), cpu, time, frac.length(), m.group("name"), own));
      }
    }
    return lines;
  }
}
