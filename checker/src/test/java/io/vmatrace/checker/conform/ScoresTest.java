package io.vmatrace.checker.conform;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.conform.ReplayReport.FaultOutcomes;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.parser.capture.CaptureSet;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.input.CaptureLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of docs/REPLAY.md: what each capture with probes is found to be, and its score. -Dvmatrace.refresh=true writes it anew. */
class ScoresTest {
  private static final Path PAGE = Path.of("../docs/REPLAY.md");
  private static final Path SHARED = Path.of("../../shared/captures");
  private static final Path SAMPLES = Path.of("../samples");
  private static final String OF_SAMPLES = "broken-merge-unlocked-merge";
  private static final String BEGIN = "<!-- from here written by ScoresTest -->\n";
  private static final String END = "<!-- to here -->\n";

  private static String row(String name, Path file) throws Exception {
    try (CaptureSet set = Captures.expand(file.toString(), CaptureLimits.DEFAULT); CaptureSource source = Objects.requireNonNull(set.next())) {
      Replay replay = new Replay(null);
      CaptureRun.over(source, CaptureRun.Options.DEFAULT, _ -> {}, replay);
      ReplayReport report = replay.report();
      FaultOutcomes faults = report.faults();
      String verdict = faults.refusedAt() == null ? "conforms" : "**refused at %d**, %d events".formatted(faults.refusedAt(), report.refused());
      return "| %s | %s | %s | %d | %d | %d | %d |"
          .formatted(
              name, report.variant(), verdict, FaultOutcomes.count(faults.predicted()), FaultOutcomes.count(faults.allowed()), FaultOutcomes.count(faults.refused()),
              FaultOutcomes.count(faults.undecided()));
    }
  }

  private static List<String> rows() throws Exception {
    List<String> rows = new ArrayList<>();
    for (String folder : List.of("clean", "broken")) {
      try (Stream<Path> files = Files.list(SHARED.resolve(folder))) {
        for (Path file : files.filter(path -> !path.toString().contains("hashed")).sorted().toList()) {
          rows.add(row(folder + "-" + name(file), file));
        }
      }
    }
    Path merge = SAMPLES.resolve(OF_SAMPLES + ".txt.zst");
    rows.add(row(OF_SAMPLES, merge));
    return rows;
  }

  private static String name(Path file) {
    return file.getFileName().toString().replaceAll("\\.(txt|log)\\.zst$", "");
  }

  private static void refresh() throws Exception {
    String page = Files.readString(PAGE);
    String table = "| capture | variant | capture is | predicted | allowed | refused | not decided |\n|---|---|---|---|---|---|---|\n" + String.join("\n", rows()) + "\n\n";
    Files.writeString(PAGE, page.substring(0, page.indexOf(BEGIN) + BEGIN.length()) + "\n" + table + page.substring(page.indexOf(END)));
  }

  private static List<String> ofThePage() throws IOException {
    String page = Files.readString(PAGE);
    return page.substring(page.indexOf(BEGIN), page.indexOf(END)).lines().filter(line -> line.startsWith("| clean-") || line.startsWith("| broken-")).toList();
  }

  @Test
  void shouldFindEachCaptureAsThePageSays() throws Exception {
    if (Boolean.getBoolean("vmatrace.refresh")) {
      refresh();
    }
    List<String> compared = new ArrayList<>();
    for (String row : ofThePage()) {
      String name = row.substring(2, row.indexOf(" |", 2));
      for (String ending : List.of(".txt.zst", ".log.zst")) {
        Path sample = SAMPLES.resolve(name + ending);
        if (Files.exists(sample)) {
          assertThat(row(name, sample)).isEqualTo(row);
          compared.add(name);
        }
      }
    }
    assertThat(compared).hasSizeGreaterThan(5);
  }

  /** A broken kernel's faults go as ever: its score says that it is refused, but for the captures in which the broken step never ran. */
  @Test
  void shouldRefuseBrokenKernelsInTheirScore() throws Exception {
    List<String> conforming = ofThePage().stream().filter(row -> row.startsWith("| broken-") && row.contains("| conforms |")).map(row -> row.split(" ", 3)[1]).toList();
    assertThat(conforming)
        .containsExactly("broken-fork-unlocked-churn", "broken-fork-unlocked-fault-race", "broken-fork-unlocked-files", "broken-free-attached-fork-faults");
  }
}
