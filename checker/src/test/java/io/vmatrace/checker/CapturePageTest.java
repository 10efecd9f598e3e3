package io.vmatrace.checker;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.recipe.Probes;
import io.vmatrace.checker.recipe.Tracepoints;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.specs.EventKinds;
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
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * docs/CAPTURE.md has just the tracepoints and probes of the event rows, and their events are read for what they are. With
 * -Dvmatrace.refresh=true the lists are printed anew.
 */
class CapturePageTest {
  private static final Path PAGE = Path.of("../docs/CAPTURE.md");
  private static final String FROM = "<!-- printed from the event rows: from here -->\n";
  private static final String TO = "<!-- to here -->\n";
  private static final Pattern TRACEPOINTS = Pattern.compile("(?s)    for e in .*?; do\n");

  @Test
  void shouldListTheTracepointsAndProbesOfTheEventRows() throws IOException {
    String page = Files.readString(PAGE);
    String printed = TRACEPOINTS.matcher(page).replaceFirst(Matcher.quoteReplacement(tracepoints()));
    printed = printed.substring(0, printed.indexOf(FROM) + FROM.length()) + "\n" + probes() + "\n" + printed.substring(printed.indexOf(TO));
    if (Boolean.getBoolean("vmatrace.refresh")) {
      Files.writeString(PAGE, printed);
    } else {
      assertThat(page).isEqualTo(printed);
    }
  }

  @Test
  void shouldRecordTheSystemCallsThatThePageRecords() throws IOException {
    List<String> lines = Files.readString(PAGE).lines().map(String::strip).toList();
    assertThat(lines).containsSubsequence(Tracepoints.syscalls().stream().map(String::strip).toList());
  }

  /** The folders of all tracepoints that have rows, but for those that are recorded on demand. */
  private static String tracepoints() {
    StringBuilder lines = new StringBuilder();
    StringBuilder line = new StringBuilder("    for e in");
    List<String> folders =
        EventKinds.all().stream().filter(kind -> !kind.folder().isEmpty() && !kind.isOnDemand()).map(EventKind::folder).distinct().toList();
    for (String folder : folders) {
      if (line.length() + folder.length() > 100) {
        lines.append(line).append(" \\\n");
        line = new StringBuilder("            ");
      }
      line.append(' ').append(folder);
    }
    return lines.append(line).append("; do\n").toString();
  }

  private static String probes() {
    StringBuilder lines = new StringBuilder();
    for (Generation design : List.of(Generation.REFCOUNT, Generation.RWSEM)) {
      String kernels = design == Generation.RWSEM ? "6.4 to 6.14" : "6.15 on";
      lines.append("    V='%s'    # %s\n".formatted(Probes.values(design), kernels));
      lines.append("    VP='%s'    # %s\n".formatted(Probes.preparedValues(design), kernels));
    }
    lines.append('\n');
    for (Probes.Probe probe : Probes.all()) {
      String kernels = kernels(probe.designs());
      lines.append(kernels.isEmpty() ? "    " + probe.definition() : "    %-76s # %s".formatted(probe.definition(), kernels)).append('\n');
    }
    return lines.toString();
  }

  private static String kernels(Set<Generation> designs) {
    if (designs.equals(Generation.VMA_LOCKS)) {
      return "";
    }
    if (designs.equals(Generation.REFCNTS)) {
      return "6.15 on";
    }
    assertThat(designs).hasSize(1);
    return switch (designs.iterator().next()) {
      case MMAP_LOCK -> throw new AssertionError("there is nothing to probe to 6.3");
      case RWSEM -> "6.4 to 6.14";
      case REFCOUNT -> "6.15 to 6.19";
      case EXCLUDE_READERS -> "7.0 on";
    };
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
