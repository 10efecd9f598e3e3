package io.vmatrace.cli;

import io.vmatrace.checker.formats.CheckFormat;
import io.vmatrace.checker.report.RunName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/**
 * The options of {@code check} that say what it writes, and where.
 *
 * @param format of standard output
 * @param quiet whether that has the last line only
 * @param targets the files
 * @param name what other systems call the run
 */
record OutputOptions(CheckFormat format, boolean quiet, List<Target> targets, RunName name) {
  private static final String OUTPUT = "--output";
  private static final String QUIET = "--quiet";
  private static final String CATEGORY = "--sarif-category";
  private static final String ORIGIN = "--kcidb-origin";
  private static final String BUILD = "--kcidb-build";

  /** A file, and what it is to hold. */
  record Target(CheckFormat format, Path file) {}

  /** The options. */
  static List<OptionSpec> options() {
    return List.of(
        Commands.format(CheckFormat.TEXT, CheckFormat::text),
        OptionSpec.builder("-o", OUTPUT)
            .paramLabel("FORMAT:FILE")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description("Also write a file in that format, such as junit:out.xml; may be given several times.")
            .build(),
        OptionSpec.builder("-q", QUIET).description("Print the last line only: how many captures had which verdict.").build(),
        name(CATEGORY, "NAME", "SARIF's category of this run (default: %s).".formatted(RunName.CATEGORY)),
        name(ORIGIN, "NAME", "KCIDB's name of the CI system, for --format kcidb."),
        name(BUILD, "ID", "KCIDB's id of the build that was traced, such as myci:4711."));
  }

  private static OptionSpec name(String option, String label, String description) {
    return OptionSpec.builder(option).paramLabel(label).type(String.class).description(description).build();
  }

  /**
   * What was given on a command line that has been parsed.
   *
   * @param captures paths of captures that are read: none of them is to be written
   */
  static OutputOptions of(CommandSpec spec, List<String> captures) {
    ParseResult given = spec.commandLine().getParseResult();
    CheckFormat format = given.matchedOptionValue(Commands.FORMAT, CheckFormat.TEXT);
    List<Target> targets = given.matchedOptionValue(OUTPUT, List.<String>of()).stream().map(text -> target(spec, text)).toList();
    if (given.hasMatchedOption(QUIET) && format != CheckFormat.TEXT) {
      throw new ParameterException(spec.commandLine(), "%s is for text: leave it out, or give -o %s:FILE".formatted(QUIET, format.text()));
    }
    assertDifferent(spec, targets, captures);
    boolean kcidb = format == CheckFormat.KCIDB || targets.stream().anyMatch(target -> target.format() == CheckFormat.KCIDB);
    return new OutputOptions(format, given.hasMatchedOption(QUIET), targets, name(spec, given, kcidb));
  }

  /** Whether any of the formats shows pictures. */
  boolean isIllustrated() {
    return format.isIllustrated() || targets.stream().anyMatch(target -> target.format().isIllustrated());
  }

  private static Target target(CommandSpec spec, String text) {
    int colon = text.indexOf(':');
    if (colon < 1 || colon == text.length() - 1) {
      throw new ParameterException(spec.commandLine(), "-o %s: give FORMAT:FILE, such as -o junit:out.xml".formatted(text));
    }
    try {
      String file = text.substring(colon + 1);
      if (file.equals("-")) {
        throw new ParameterException(spec.commandLine(), "-o %s: standard output has what --format says".formatted(text));
      }
      return new Target(Commands.named(CheckFormat.TEXT, CheckFormat::text, text.substring(0, colon)), Path.of(file));
    } catch (TypeConversionException | InvalidPathException e) {
      throw new ParameterException(spec.commandLine(), "-o %s: %s".formatted(text, e.getMessage()));
    }
  }

  private static void assertDifferent(CommandSpec spec, List<Target> targets, List<String> captures) {
    List<Path> taken = new ArrayList<>();
    for (Target target : targets) {
      if (taken.stream().anyMatch(other -> isSame(other, target.file()))) {
        throw new ParameterException(spec.commandLine(), "-o writes %s twice: give each format a file of its own".formatted(target.file()));
      }
      taken.add(target.file());
      for (Path capture : captures.stream().map(Path::of).toList()) {
        boolean inside = isInside(target.file(), capture);
        if (inside || isSame(capture, target.file())) {
          throw new ParameterException(spec.commandLine(), "-o would write %s, which is read%s: give another name".formatted(target.file(), inside ? " as a part of " + capture : ""));
        }
      }
    }
  }

  /** Whether a file or folder is under a folder that is read, or that folder. */
  static boolean isInside(Path file, Path capture) {
    return Files.isDirectory(capture) && whole(file).startsWith(whole(capture));
  }

  private static boolean isSame(Path one, Path other) {
    return whole(one).equals(whole(other));
  }

  /** The path without links, as far as it is there. */
  private static Path whole(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    try {
      Path parent = absolute.getParent();
      Path name = absolute.getFileName();
      return Files.exists(absolute) ? absolute.toRealPath() : parent == null || name == null ? absolute : parent.toRealPath().resolve(name);
    } catch (IOException _) {
      return absolute;
    }
  }

  private static RunName name(CommandSpec spec, ParseResult given, boolean kcidb) {
    String category = given.matchedOptionValue(CATEGORY, RunName.CATEGORY);
    String origin = given.matchedOptionValue(ORIGIN, "");
    String build = given.matchedOptionValue(BUILD, "");
    if (kcidb && Stream.of(origin, build).anyMatch(String::isEmpty)) {
      throw new ParameterException(spec.commandLine(), "kcidb wants %s NAME and %s ID: a test belongs to a build".formatted(ORIGIN, BUILD));
    }
    if (!origin.matches("[a-z0-9_]*")) {
      throw new ParameterException(spec.commandLine(), "%s %s: KCIDB takes a-z, 0-9 and _".formatted(ORIGIN, origin));
    }
    if (!build.matches("|[a-z0-9_]+:\\P{Cntrl}*")) {
      throw new ParameterException(spec.commandLine(), "%s %s: KCIDB takes ORIGIN:ID, such as myci:4711".formatted(BUILD, build));
    }
    if (category.isEmpty() || !category.matches("[\\w./-]+")) {
      throw new ParameterException(spec.commandLine(), "%s %s: give letters, digits, and - _ . /".formatted(CATEGORY, category));
    }
    return new RunName(category, origin, build);
  }
}
