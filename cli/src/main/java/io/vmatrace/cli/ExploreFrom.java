package io.vmatrace.cli;

import io.vmatrace.checker.check.Check;
import io.vmatrace.checker.conform.Replay;
import io.vmatrace.checker.excerpt.CallReader;
import io.vmatrace.checker.excerpt.Excerpt;
import io.vmatrace.checker.report.FindingGroup;
import io.vmatrace.checker.report.Gate;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.input.CaptureException;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** The capture and the finding that {@code vmatrace explore --from} is about. */
final class ExploreFrom {
  static final String FROM = "--from";
  static final String AT = "--at";

  private final CommandSpec spec;
  private @Nullable Excerpt excerpt;
  private String variant = "";
  private ExitStatus status = ExitStatus.OK;

  ExploreFrom(CommandSpec spec) {
    this.spec = spec;
  }

  static List<OptionSpec> options() {
    return List.of(
        OptionSpec.builder(FROM).paramLabel("CAPTURE").type(String.class).description("Explore what a capture has around a finding, under the variant of its kernel if no other is given.").build(),
        OptionSpec.builder(AT).paramLabel("FINDING").type(String.class).description("Which finding: its cause as check gives it, such as R72/dup_mmap, its id, such as R72@580, or the number of its cause (default: 1).").build(),
        Commands.kernel(),
        Commands.events());
  }

  /** Reads the capture twice: for the finding, and for what is around it. Returns how that went. */
  ExitStatus read() {
    String path = spec.commandLine().getParseResult().matchedOptionValue(FROM, "");
    CaptureRun.Options options = Commands.runOptions(spec);
    ExitStatus readable =
        new GivenCaptures(spec, List.of(path)).read(
            (source, several) -> {
              if (several) {
                throw new ParameterException(spec.commandLine(), "%s is of one capture".formatted(FROM));
              }
              read(source, options);
              return false;
            },
            _ -> {});
    return readable.worse(status);
  }

  private void read(CaptureSource source, CaptureRun.Options options) throws CaptureException {
    try (CaptureSource file = source.rereadable();
        Progress progress = new Progress("explore", file)) {
      Check check = new Check(new Check.Wanted(true, _ -> true, Gate.SHUT, false));
      Replay replay = new Replay(null);
      status = status.worse(Commands.readTo(spec, source, CaptureRun.over(file, options, progress, check, replay), "looked at"));
      if (check.report().groups().isEmpty()) {
        throw new IllegalArgumentException("check finds nothing in it, so there is nothing to explore");
      }
      FindingReport finding = finding(check.report());
      variant = replay.report().variant();
      CallReader calls = new CallReader(finding.brokenAt().clock());
      CaptureRun.over(file, options, _ -> {}, calls);
      excerpt = Excerpt.of(source.name(), finding, calls);
    } catch (IllegalArgumentException e) {
      spec.commandLine().getErr().println("vmatrace: %s: %s".formatted(source.name(), e.getMessage()));
      status = status.worse(ExitStatus.INCONCLUSIVE);
    }
  }

  private FindingReport finding(Report report) {
    String at = spec.commandLine().getParseResult().matchedOptionValue(AT, "1");
    List<FindingGroup> groups = report.groups();
    if (at.chars().allMatch(Character::isDigit) && at.length() < 7) {
      int number = Integer.parseInt(at);
      return IntStream.range(0, groups.size()).filter(i -> i + 1 == number).mapToObj(i -> groups.get(i).first()).findFirst()
          .orElseThrow(() -> new ParameterException(spec.commandLine(), "%s %s: it has the causes 1 to %d".formatted(AT, at, groups.size())));
    }
    return groups.stream().flatMap(group -> group.findings().stream()).filter(finding -> finding.id().equals(at) || finding.cause().equals(at)).findFirst()
        .orElseThrow(() -> new ParameterException(spec.commandLine(), "%s %s: there are %s".formatted(AT, at, String.join(", ", groups.stream().map(FindingGroup::cause).distinct().toList()))));
  }

  /** What was taken out of the capture, once it has been read. */
  Excerpt excerpt() {
    return Objects.requireNonNull(excerpt, "the capture is read");
  }

  boolean isRead() {
    return excerpt != null;
  }

  /** The name of the variant that the capture's kernel has. */
  String variant() {
    return variant;
  }
}
