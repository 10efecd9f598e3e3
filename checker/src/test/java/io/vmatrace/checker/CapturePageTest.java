package io.vmatrace.checker;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.evidence.Probes;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.ftrace.FtraceDecoder;
import io.vmatrace.parser.ftrace.Layout;
import io.vmatrace.parser.stat.ImportStats;
import io.vmatrace.parser.text.Chunk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/CAPTURE.md has just the probes that the advisor gives, and their events are read for what they are. */
class CapturePageTest {
  private static final Pattern PROBE = Pattern.compile("^ {4}([fpr]:vma/\\S+ .*?)(?: +#.*)?$");

  @Test
  void shouldShowTheProbesThatTheAdvisorGives() throws IOException {
    String page = Files.readString(Path.of("../docs/CAPTURE.md"));
    List<String> shown = page.lines().map(PROBE::matcher).filter(Matcher::matches).map(m -> m.group(1)).toList();
    assertThat(shown).isEqualTo(Probes.all().stream().map(Probes.Probe::definition).toList());
    List<String> lines = page.lines().map(String::strip).toList();
    for (Generation design : List.of(Generation.RWSEM, Generation.REFCOUNT, Generation.EXCLUDE_READERS)) {
      assertThat(lines).contains(Probes.values(design), Probes.preparedValues(design));
    }
  }

  /** A line as the kernel prints it for a probe, with a 1 for each value, is an event of the probe's kind that lacks nothing. */
  @Test
  void shouldReadTheEventsOfItsProbes() {
    for (Probes.Probe probe : Probes.all()) {
      Generation design = probe.designs().iterator().next();
      String[] words = probe.definition().replace("$VP", Probes.preparedValues(design)).replace("$V", Probes.values(design)).split(" ", -1);
      StringBuilder line = new StringBuilder("        workload-1       [000] .....     1.000000: ");
      line.append(words[0].substring(words[0].indexOf('/') + 1)).append(": (f+0x0/0x10)");
      for (int i = 2; i < words.length; i++) {
        line.append(' ').append(words[i], 0, words[i].indexOf('=')).append(words[i].endsWith("x64") || words[i].endsWith("x32") ? "=0x1" : "=1");
      }
      byte[] text = line.append('\n').toString().getBytes(StandardCharsets.US_ASCII);
      EventBatch events = new EventBatch();
      ImportStats stats = new ImportStats();
      new FtraceDecoder(Layout.COMMON, 1 << 16, EventNames.BUILT_IN).decode(new Chunk(text, 0, text.length), events, stats);
      assertThat(events.size()).isOne();
      assertThat(events.kind(0)).as(line.toString()).isEqualTo(probe.kind()).isNotEqualTo(EventKind.UNKNOWN);
      assertThat(stats.problems()).isEmpty();
    }
  }

  @Test
  void shouldNameEachProbeAfterItsEvent() {
    for (Probes.Probe probe : Probes.all()) {
      assertThat(probe.definition()).contains(":vma/" + probe.kind().eventName() + " ");
    }
  }
}
