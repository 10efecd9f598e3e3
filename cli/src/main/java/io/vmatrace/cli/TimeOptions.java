package io.vmatrace.cli;

import io.vmatrace.checker.events.TimePoint;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * The part of a capture's time that is wanted: --from and --to, of every command that prints what happened.
 *
 * @param from null for from the beginning
 * @param to null for to the end
 */
record TimeOptions(@Nullable TimePoint from, @Nullable TimePoint to) {
  private static final String FROM = "--from";
  private static final String TO = "--to";

  /** The options. */
  static void add(CommandSpec spec, String what) {
    spec.addOption(time(FROM, "No %s before this: seconds as the capture prints them, +1.5 after the first event, -0.5 before the last.".formatted(what)));
    spec.addOption(time(TO, "No %s after this.".formatted(what)));
  }

  private static OptionSpec time(String name, String description) {
    return OptionSpec.builder(name).paramLabel("TIME").type(String.class).description(description).build();
  }

  /** What was given on a command line that has been parsed. */
  static TimeOptions of(CommandSpec spec, String what) {
    TimePoint from = point(spec, FROM);
    TimePoint to = point(spec, TO);
    if (from != null && to != null && from.isAfter(to)) {
      throw new ParameterException(spec.commandLine(), "--from %s is later than --to %s: no %s is between".formatted(from, to, what));
    }
    return new TimeOptions(from, to);
  }

  private static @Nullable TimePoint point(CommandSpec spec, String option) {
    String text = spec.commandLine().getParseResult().<@Nullable String>matchedOptionValue(option, null);
    return text == null ? null : Commands.parsed(spec, option, text, TimePoint::parse);
  }
}
