package io.vmatrace.cli;

import io.vmatrace.checker.check.Check;
import io.vmatrace.checker.report.FindingGroup;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.checker.slice.Slice;
import io.vmatrace.checker.slice.Slicer;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.FileTrouble;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * The folder of {@code --slice}: for each cause of a run a file with a part of the first capture that shows it, which gives that cause by
 * itself.
 */
final class SliceFolder {
  private static final String NAME = "--slice";

  /** Of more causes nobody reads the slices. */
  private static final int MOST_SLICES = 64;

  private static final int LONGEST_NAME = 100;

  private final CommandSpec spec;
  private final Path folder;
  private final CaptureRun.Options options;
  private final Check.Wanted wanted;

  /** The files that are written, by their causes. */
  private final Map<String, Path> written = new HashMap<>();

  private int tried;
  private boolean whole = true;

  private SliceFolder(CommandSpec spec, Path folder, CaptureRun.Options options, Check.Wanted wanted) {
    this.spec = spec;
    this.folder = folder;
    this.options = options;
    this.wanted = wanted;
  }

  static OptionSpec option() {
    return OptionSpec.builder(NAME)
        .paramLabel("DIR")
        .type(String.class)
        .description("For each cause write the smallest part of a capture that still gives it, as text, into DIR, such as R72-dup_mmap.txt.")
        .build();
  }

  /** What was given on a command line that has been parsed; null where no slices are wanted. */
  static @Nullable SliceFolder of(CommandSpec spec, List<String> captures, CaptureRun.Options options, Check.Wanted wanted) {
    String given = spec.commandLine().getParseResult().<@Nullable String>matchedOptionValue(NAME, null);
    if (given == null) {
      return null;
    }
    Path folder = Path.of(given);
    for (String capture : captures) {
      if (given.isEmpty() || OutputOptions.isInside(folder, Path.of(capture))) {
        throw new ParameterException(spec.commandLine(), given.isEmpty() ? "%s: the folder's name is empty".formatted(NAME) : "%s %s is read as a part of %s: give another folder".formatted(NAME, given, capture));
      }
    }
    return new SliceFolder(spec, folder, options, wanted);
  }

  /** Makes the folder; returns whether it is there, and says why not. */
  boolean open() {
    try {
      if (Files.exists(folder) && !Files.isDirectory(folder)) {
        say("%s cannot be a folder of slices: it is a file".formatted(folder));
        return false;
      }
      Files.createDirectories(folder);
      return true;
    } catch (IOException e) {
      say("%s cannot be made: %s".formatted(folder, FileTrouble.of(e)));
      return false;
    }
  }

  /** Says which slices of an earlier run are there beside this one's: they are left, as other captures may have theirs in the same folder. */
  private void sayWhatIsOlder() {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(file -> !written.containsValue(file)).sorted().toList()) {
        if (isSlice(file)) {
          say("%s is a slice of an earlier run, whose cause this one has not found".formatted(file));
        }
      }
    } catch (IOException e) {
      say("%s cannot be looked through for slices of an earlier run: %s".formatted(folder, FileTrouble.of(e)));
    }
  }

  /** When all captures have been read: whether every slice that was found is written. */
  boolean end() {
    sayWhatIsOlder();
    return whole;
  }

  /** Writes slices of the causes that no capture before had; returns the report with the file of each cause. */
  Report sliced(CaptureSource source, Report report) {
    report.groups().stream().sorted(Comparator.comparing(group -> group.certainty() != Certainty.DEFINITE)).forEach(group -> slice(source, report, group));
    return report.with(group -> written.containsKey(group.cause()) ? group.sliced(String.valueOf(written.get(group.cause()))) : group);
  }

  private void slice(CaptureSource source, Report report, FindingGroup group) {
    if (written.containsKey(group.cause()) || tried == MOST_SLICES) {
      return;
    }
    if (++tried == MOST_SLICES) {
      say("%s: slices of %d causes are enough; the others have none".formatted(folder, MOST_SLICES));
    }
    try (Progress progress = Progress.ofRounds("slice", Slicer.MOST_TRIALS);
        Slice slice = new Slicer(options, wanted, progress).of(source, report, group)) {
      if (slice == null) {
        say("%s: no part of it gives %s by itself, so there is no slice".formatted(report.path(), group.cause()));
      } else {
        write(slice, report, group);
      }
    } catch (CaptureException e) {
      whole = false;
      say("%s: no slice of %s: %s".formatted(report.path(), group.cause(), e.reason()));
    } catch (IOException e) {
      whole = false;
      say("%s: a slice of %s cannot be written: %s".formatted(folder, group.cause(), FileTrouble.of(e)));
    }
  }

  private void write(Slice slice, Report report, FindingGroup group) throws IOException {
    Path file = file(group.cause());
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !isSlice(file)) {
      whole = false;
      say("%s is there and no slice, so it is left as it is: move it, or give another folder".formatted(file));
      return;
    }
    try (OutputStream out = Files.newOutputStream(file)) {
      Files.copy(slice.text(), out);
    }
    written.put(group.cause(), file);
    Long lines = report.input().lines();
    String of = lines == null ? "%,d events".formatted(report.input().events()) : "%,d lines".formatted(lines);
    say("%s: %,d line%s, %,d bytes, of the %s of %s".formatted(file, slice.lines(), slice.lines() == 1 ? "" : "s", Files.size(file), of, report.path()));
  }

  /** {@code R72-dup_mmap.txt}; where another cause has that name, one with a number. */
  private Path file(String cause) {
    String safe = cause.replaceAll("[^A-Za-z0-9._-]", "-");
    String name = safe.substring(0, Math.min(safe.length(), LONGEST_NAME));
    Path file = folder.resolve(name + ".txt");
    for (int i = 2; written.containsValue(file); i++) {
      file = folder.resolve("%s-%d.txt".formatted(name, i));
    }
    return file;
  }

  private static boolean isSlice(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      char[] first = new char[Slice.MARK.length()];
      return reader.read(first) == first.length && new String(first).equals(Slice.MARK);
    }
  }

  private void say(String what) {
    spec.commandLine().getErr().println("vmatrace: " + what);
  }
}
