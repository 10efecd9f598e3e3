package io.vmatrace.parser.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.stat.ImportStats;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Texts that tests read, and what became of them. */
final class Texts {
  static final Path FORMATS = Path.of("../samples/formats");

  /** What a decoder made of a text. */
  record Decoded(EventBatch events, ImportStats stats) {
    long count(EventKind kind) {
      long count = 0;
      for (int i = 0; i < events.size(); i++) {
        count += events.kind(i) == kind ? 1 : 0;
      }
      return count;
    }

    /** The events but for their times: kind, task, CPU and values. */
    List<String> shown(boolean withCpu) {
      List<String> shown = new ArrayList<>();
      for (int i = 0; i < events.size(); i++) {
        StringBuilder text = new StringBuilder("%s %d %s".formatted(events.kind(i), events.task(i), withCpu ? events.cpu(i) : ""));
        for (Field field : events.kind(i).fields()) {
          text.append(events.has(i, field) ? " %s=%x".formatted(field, events.value(i, field)) : "");
        }
        shown.add(text.toString());
      }
      return shown;
    }
  }

  private Texts() {}

  static Decoded decode(LineFormat format, List<String> lines) {
    byte[] text = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.ISO_8859_1);
    EventBatch events = new EventBatch();
    ImportStats stats = new ImportStats();
    LineDecoder decoder = format.decoder(1 << 16, EventNames.BUILT_IN);
    decoder.decode(new Chunk(text, 0, text.length), events, stats);
    decoder.finish(events);
    assertThat(stats.bytes()).isEqualTo(text.length);
    assertThat(stats.lines()).isEqualTo(lines.size());
    return new Decoded(events, stats);
  }

  /** A text of src/test/resources/text. */
  static List<String> resource(String name) throws IOException {
    return lines(Path.of("src/test/resources/text", name + ".txt.zst"));
  }

  /** A text of samples/formats. */
  static List<String> sample(String name) throws IOException {
    return lines(FORMATS.resolve(name + ".txt.zst"));
  }

  private static List<String> lines(Path path) throws IOException {
    try (InputStream in = new ZstdInputStream(Files.newInputStream(path))) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).lines().toList();
    }
  }
}
