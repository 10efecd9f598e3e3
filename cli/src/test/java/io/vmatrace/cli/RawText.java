package io.vmatrace.cli;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The lines of a capture in text, read by a regular expression: another way to count than the decoder's. */
final class RawText {
  private static final Pattern EVENT = Pattern.compile("^ *(.{1,16}?)-(\\d+) +\\[(\\d+)\\] \\S+ +(\\d+)\\.(\\d{6}): (\\w+)([:( ].*)$");

  /** A line. */
  record Line(String comm, int pid, int cpu, long micros, String event, String rest) {
    boolean has(String words) {
      return rest.contains(words);
    }

    /** The hexadecimal value of a key, with or without 0x; or 0. */
    long hex(String key) {
      Matcher m = Pattern.compile("[ (]" + key + "[=:] ?(?:0x)?([0-9a-f]+)").matcher(rest);
      return m.find() ? Long.parseUnsignedLong(m.group(1), 16) : 0;
    }
  }

  private final List<Line> lines;

  RawText(String path) {
    try (InputStream in = new ZstdInputStream(Files.newInputStream(Path.of(path)))) {
      lines = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).lines().map(EVENT::matcher).filter(Matcher::matches).map(RawText::line).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Line line(Matcher m) {
    long micros = Long.parseLong(m.group(4)) * 1_000_000 + Long.parseLong(m.group(5));
    return new Line(m.group(1), Integer.parseInt(m.group(2)), Integer.parseInt(m.group(3)), micros, m.group(6), m.group(7));
  }

  Stream<Line> lines() {
    return lines.stream();
  }

  long count(Predicate<Line> of) {
    return lines.stream().filter(of).count();
  }

  Line first() {
    return lines.getFirst();
  }

  Line last() {
    return lines.getLast();
  }
}
