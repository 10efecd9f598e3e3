package io.vmatrace.checker.check;

import com.github.luben.zstd.ZstdInputStream;
import io.vmatrace.checker.catalogue.Rules;
import io.vmatrace.checker.evidence.Recorded;
import io.vmatrace.checker.evidence.ReleaseLogged;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.ftrace.FtraceDecoder;
import io.vmatrace.parser.ftrace.Layout;
import io.vmatrace.parser.stat.ImportStats;
import io.vmatrace.parser.text.Chunk;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The captures of real kernels that tests run on: those beside the project where they are, else its samples. */
final class RealCaptures {
  private static final Path SHARED = Path.of("../../shared/captures");
  private static final Path SAMPLES = Path.of("../samples");

  /** What came out of a run on lines in memory. */
  record Outcome(RuleRun rules, MmReconstruction reconstruction, ImportStats stats) {
    Recorded recorded() {
      return new Recorded(null, reconstruction.witness().generation(), reconstruction.witness(), reconstruction.witnessed(), reconstruction.fieldsRead(), reconstruction.oneSided(), true, ReleaseLogged.BEFORE_THE_UNLOCK, Set.of(), reconstruction.mmsWithoutLock(), reconstruction.promised());
    }

    /** Definite violations of rules whose evidence was recorded. */
    List<Found> violations() {
      return rules.findings().stream()
          .filter(f -> f.certainty() == io.vmatrace.checker.report.Report.Certainty.DEFINITE)
          .filter(f -> recorded().missing(f.rule()) == null)
          .filter(f -> f.byValues() || (recorded().supportsHistory(f.rule()) || recorded().supports(f.rule(), f.restsOn())) && recorded().supportsHistory(f.rule(), f.mm()))
          .toList();
    }
  }

  private RealCaptures() {}

  static boolean hasShared() {
    return Files.isDirectory(SHARED);
  }

  /** Clean captures: the verdict must be OK. */
  static Stream<Path> clean() {
    return hasShared() ? list(SHARED.resolve("clean"), "") : cleanSamples();
  }

  /** The clean captures among the samples. */
  static Stream<Path> cleanSamples() {
    return list(SAMPLES, "clean-");
  }

  /** Clean captures with values (E2). */
  static Stream<Path> cleanWithValues() {
    return clean().filter(path -> !path.toString().contains("e0-hashed"));
  }

  /** Captures of kernels with a step of the protocol taken out; in some of them that step never ran. */
  static Stream<Path> broken() {
    return hasShared() ? list(SHARED.resolve("broken"), "") : list(SAMPLES, "broken-");
  }

  /** One of those. */
  static Path broken(String name) {
    return hasShared() ? SHARED.resolve("broken").resolve(name) : SAMPLES.resolve("broken-" + name);
  }

  static Path shared(String name) {
    return SHARED.resolve(name);
  }

  private static Stream<Path> list(Path folder, String prefix) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(path -> path.getFileName().toString().startsWith(prefix) && path.toString().endsWith(".txt.zst"))
          .sorted()
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] bytes(Path capture) {
    try (InputStream in = new ZstdInputStream(Files.newInputStream(capture))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> lines(Path capture) {
    return new ArrayList<>(new String(bytes(capture), StandardCharsets.ISO_8859_1).lines().toList());
  }

  static byte[] join(List<String> lines) {
    return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  static Outcome run(byte[] text) {
    return run(text, 0, text.length);
  }

  /** Runs the part of a text in [from, to) as a capture of its own. */
  static Outcome run(byte[] text, int from, int to) {
    return run(text, from, to, Rules.create());
  }

  /** The same, under some rules. */
  static Outcome run(byte[] text, int from, int to, List<Rule> judges) {
    RuleRun rules = new RuleRun(judges);
    return run(text, from, to, rules, new MmReconstruction(rules));
  }

  /** Runs a text with so little memory for what is known. */
  static Outcome runIn(long bytes, byte[] text) {
    RuleRun rules = new RuleRun(Rules.create());
    return run(text, 0, text.length, rules, new MmReconstruction(rules, bytes));
  }

  private static Outcome run(byte[] text, int from, int to, RuleRun rules, MmReconstruction reconstruction) {
    ImportStats stats = new ImportStats();
    EventBatch events = decoded(text, from, to, stats);
    reconstruction.nothingOverwritten(promised(text, from, to));
    reconstruction.apply(events);
    reconstruction.finish();
    return new Outcome(rules, reconstruction, stats);
  }

  private static final Pattern ENTRIES = Pattern.compile("entries-in-buffer/entries-written: (\\d+)/(\\d+)");

  /** How many events the header promises where it says that none was overwritten; else -1. */
  private static long promised(byte[] text, int from, int to) {
    Matcher entries = ENTRIES.matcher(new String(text, from, Math.min(to - from, 400), StandardCharsets.ISO_8859_1));
    return entries.find() && entries.group(1).equals(entries.group(2)) ? Long.parseLong(entries.group(1)) : -1;
  }

  /** All events of a text. */
  static EventBatch decoded(byte[] text) {
    return decoded(text, 0, text.length, new ImportStats());
  }

  private static EventBatch decoded(byte[] text, int from, int to, ImportStats stats) {
    EventBatch events = new EventBatch();
    Chunk chunk = new Chunk(text, from, to);
    chunk.complete = to == from || text[to - 1] == '\n';
    new FtraceDecoder(Layout.COMMON, 1 << 16, EventNames.BUILT_IN).decode(chunk, events, stats);
    return events;
  }
}
