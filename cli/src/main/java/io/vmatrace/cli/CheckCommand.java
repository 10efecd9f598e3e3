package io.vmatrace.cli;

import io.vmatrace.checker.check.Check;
import io.vmatrace.checker.formats.CheckFormat;
import io.vmatrace.checker.html.PageData;
import io.vmatrace.checker.picture.CapturePicture;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Summary;
import io.vmatrace.checker.run.Analysis;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.checker.stats.CaptureStats;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.input.CaptureException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** {@code vmatrace check}. */
final class CheckCommand implements Callable<Integer> {
  /**
   * A capture that has been checked.
   *
   * @param beside what formats show beside the report; null where none does
   * @param said what standard error is to say of it
   */
  private record Checked(Report report, @Nullable PageData beside, List<String> said) {}

  private static final String FOLLOW = "--follow";

  private final CommandSpec spec;

  private Summary summary = Summary.EMPTY;

  private CheckCommand() {
    spec =
        Commands.spec(this, "check")
            .addPositional(Commands.captures("1..*"))
            .addOption(Commands.kernel())
            .addOption(Commands.events())
            .addOption(
                OptionSpec.builder("--allow-inconclusive").description("Exit with 0 if no verdict can be given.").build());
    spec.addOption(SliceFolder.option()).addOption(Jobs.option()).addOption(OptionSpec.builder(FOLLOW).description("Read one capture while it is made, a pipe or a file that grows, until SIGINT: findings are printed as they come, and the verdict at the end.").build());
    OutputOptions.options().forEach(spec::addOption);
    WantedFindings.options().forEach(spec::addOption);
    spec.usageMessage()
        .description("Reads captures and gives a verdict on each: OK, VIOLATION or INCONCLUSIVE.")
        .footer(
            "  vmatrace check trace.txt",
            "  vmatrace check --format json *.zst | jq .verdict",
            "  ssh box cat /sys/kernel/tracing/trace | vmatrace check -",
            "  cat /sys/kernel/tracing/trace_pipe | vmatrace check --follow -",
            "  vmatrace check --possible --kernel 6.18 trace.txt",
            "  vmatrace check -o junit:out.xml -o sarif:out.sarif captures/",
            "  vmatrace check -o html:page.html trace.txt    a page with a timeline",
            "  vmatrace check --jobs 8 --quiet captures.tar.zst",
            "  vmatrace check --slice slices trace.txt    a few lines for each cause",
            "  vmatrace check --baseline known.txt --fail-on memory-safety *.zst",
            "",
            "Exit status: 0 OK, 1 violation, 2 usage, 3 a capture cannot be read,",
            "4 inconclusive, 5 anything else that ends the process; of several captures",
            "the worst, in the order 5, 3, 1, 4, 0.");
  }

  /** The command. */
  static CommandSpec spec() {
    return new CheckCommand().spec;
  }

  @Override
  public Integer call() {
    GivenCaptures captures = new GivenCaptures(spec);
    if (isFollowing()) {
      follow(captures);
    }
    WantedFindings wanted = WantedFindings.of(spec);
    OutputOptions outputs = OutputOptions.of(spec, captures.paths());
    SliceFolder slices = SliceFolder.of(spec, captures.paths(), Commands.runOptions(spec), wanted.findings());
    try (CheckOutputs written = new CheckOutputs(spec, outputs)) {
      if (!written.open(outputs) || slices != null && !slices.open()) {
        return ExitStatus.INTERNAL.code();
      }
      ExitStatus readable = read(captures, wanted, slices, written);
      boolean sliced = slices == null || slices.end();
      boolean whole = written.end(summary) && sliced;
      wanted.updateBaseline(summary);
      ExitStatus verdict = readable.worse(ExitStatus.of(summary, spec.commandLine().getParseResult().hasMatchedOption("--allow-inconclusive")));
      return (whole ? verdict : ExitStatus.INTERNAL).code(); // a verdict counts that was written in full
    }
  }

  private boolean isFollowing() {
    return spec.commandLine().getParseResult().hasMatchedOption(FOLLOW);
  }

  private void follow(GivenCaptures captures) {
    if (captures.areSeveral() || Files.isDirectory(Path.of(captures.paths().getFirst())) || spec.commandLine().getParseResult().hasMatchedOption("--slice")) {
      throw new ParameterException(spec.commandLine(), "--follow reads one file or - while it is made: no folder, no second capture, no --slice");
    }
    if (OutputOptions.of(spec, captures.paths()).format() != CheckFormat.TEXT) {
      throw new ParameterException(spec.commandLine(), "--follow prints findings as they come, in text: write the report to a file, such as -o json:FILE");
    }
    captures.follow();
  }

  private ExitStatus read(GivenCaptures captures, WantedFindings wanted, @Nullable SliceFolder slices, CheckOutputs written) {
    int jobs = Jobs.of(spec);
    CaptureRun.Options options = Commands.runOptions(spec);
    CaptureRun.Options shared = options.sharedBy(jobs);
    return captures.read(
        new InOrder(jobs),
        (source, turn) -> {
          CaptureSource read = slices == null ? source : source.rereadable();
          Checked checked = checking(read, turn.several() ? shared : options, wanted.findings(), written.areIllustrated()).run(turn);
          return () -> {
            checked.said().forEach(this::say);
            Report report = slices == null ? checked.report() : slices.sliced(read, checked.report());
            read.close();
            summary = summary.merge(Summary.of(report));
            wanted.saw(report);
            return written.capture(report, checked.beside(), turn.several());
          };
        },
        input -> {
          summary = summary.merge(Summary.of(input));
          written.unread(input, captures.areSeveral());
        });
  }

  private Checking checking(CaptureSource source, CaptureRun.Options options, Check.Wanted wanted, boolean illustrated) {
    if (isFollowing()) {
      EarlyReport early = new EarlyReport(spec, "line", wanted);
      return new Checking(source, options.followed(), early.check(), early, illustrated);
    }
    return new Checking(source, options, new Check(wanted), null, illustrated);
  }

  /** What makes the pictures of a page. */
  private record Beside(CaptureStats stats, CapturePicture picture) {}

  /**
   * What is to be done with a capture.
   *
   * @param early tells of findings as they come; or null
   * @param illustrated whether a format shows pictures
   */
  private record Checking(CaptureSource source, CaptureRun.Options options, Check check, @Nullable EarlyReport early, boolean illustrated) {
    private Checked run(GivenCaptures.Turn turn) throws CaptureException {
      try (Progress progress = new Progress("check", source, turn.isNext())) {
        Beside beside = illustrated ? new Beside(new CaptureStats(), new CapturePicture(check::report)) : null;
        List<Analysis> analyses = new ArrayList<>(List.of(check));
        if (beside != null) {
          analyses.addAll(List.of(beside.stats(), beside.picture())); // after the check, whose report the picture asks for
        }
        if (early != null) {
          analyses.add(early.counter());
        }
        Pass pass = CaptureRun.over(source, options, early == null ? progress : _ -> early.look(), analyses.toArray(Analysis[]::new));
        List<String> said = Stream.of(Commands.kernelInDoubt(source, pass), Commands.readTo(source, pass, "reported")).filter(Objects::nonNull).toList();
        return new Checked(check.report(), beside == null ? null : new PageData(beside.stats().report(), beside.picture().picture()), said);
      } catch (CaptureException e) {
        source.close();
        throw e;
      }
    }
  }

  private void say(String line) {
    spec.commandLine().getErr().println("vmatrace: " + line);
  }
}
