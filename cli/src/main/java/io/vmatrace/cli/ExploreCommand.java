package io.vmatrace.cli;

import io.vmatrace.checker.excerpt.ExcerptText;
import io.vmatrace.checker.explore.DesignSurvey;
import io.vmatrace.checker.explore.ExploreJson;
import io.vmatrace.checker.explore.ExploreReport;
import io.vmatrace.checker.explore.ExploreText;
import io.vmatrace.checker.explore.LitmusTests;
import io.vmatrace.checker.explore.Scenario;
import io.vmatrace.checker.steps.Design;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** {@code vmatrace explore}. */
final class ExploreCommand implements Callable<Integer> {
  private final CommandSpec spec;
  private final ExploreOptions options;

  private ExploreCommand() {
    spec = Commands.spec(this, "explore");
    options = new ExploreOptions(spec);
    spec.usageMessage()
        .description("Explores every order in which the tasks of a small world can make their steps, under a variant of the protocol.")
        .footer(
            "  vmatrace explore                        what is built in, in the kernel's form",
            "  vmatrace explore munmap-fault --mutant M1",
            "  vmatrace explore --variant store-lock-detach-as-posted",
            "  vmatrace explore munmap-fault --mutant M1 --schedule 0x7,1x3,0x2,1x2,0",
            "  vmatrace explore --variant my.variant   your own order (docs/EXPLORE.md)",
            "  vmatrace explore munmap-fault --mutant M1 --format ftrace | vmatrace check -",
            "  vmatrace explore --from trace.txt --at R72/dup_mmap --mutant B01",
            "  vmatrace explore --survey               all variants and scenarios, as a table",
            "  vmatrace explore --dot | dot -Tsvg -o vma.svg",
            "  vmatrace explore --list                 scenarios, variants and mutants",
            "",
            "Exit status: 0 all invariants hold, 1 one is broken, 3 the capture cannot be",
            "read, 4 not all that can be reached was looked at.");
  }

  /** The command. */
  static CommandSpec spec() {
    return new ExploreCommand().spec;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (options.isListWanted()) {
      out.print(options.list(Terminal.style()));
      out.flush();
      return ExitStatus.OK.code();
    }
    if (options.isFromGiven()) {
      ExitStatus read = options.from().read();
      return (options.from().isRead() ? read.worse(explored(out)) : read).code();
    }
    return explored(out).code();
  }

  private ExitStatus explored(PrintWriter out) {
    if (options.isDotWanted()) {
      out.print(options.automaton().dot());
      out.flush();
      return ExitStatus.OK;
    }
    if (options.areLitmusTestsWanted()) {
      Path folder = options.writeLitmusTests();
      out.printf("%d tests in %s; with herd7 in the kernel's tools/memory-model: herd7 -conf linux-kernel.cfg %s/*.litmus%n", LitmusTests.NAMES.size(), folder, folder.toAbsolutePath());
      out.flush();
      return ExitStatus.OK;
    }
    if (options.isScheduleGiven()) {
      ExploreReport report = options.alongSchedule();
      write(new DesignSurvey(List.of(report), Map.of()), out);
      return status(report);
    }
    List<Design> designs = options.designs();
    List<Scenario> scenarios = options.scenarios();
    DesignSurvey survey;
    try (Progress progress = Progress.ofRounds("explored", (long) designs.size() * scenarios.size())) {
      survey = DesignSurvey.of(designs, scenarios, options.most(), options.isSymmetric(), progress::accept);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    write(survey, out);
    return survey.reports().stream().map(ExploreCommand::status).reduce(ExitStatus.OK, ExitStatus::worse);
  }

  private static ExitStatus status(ExploreReport report) {
    if (report.exploration().broken() != null) {
      return ExitStatus.VIOLATION;
    }
    return report.exploration().complete() ? ExitStatus.OK : ExitStatus.INCONCLUSIVE;
  }

  /** The first schedule that breaks something; or the one that was asked for. */
  private void writeTrace(List<ExploreReport> reports, PrintWriter out) {
    ExploreReport of = reports.stream().filter(report -> report.exploration().broken() != null || !report.explored()).findFirst().orElse(null);
    if (of == null) {
      spec.commandLine().getErr().println("Nothing is broken, so there is no schedule to write.");
      return;
    }
    out.print(options.trace(of));
  }

  private void write(DesignSurvey survey, PrintWriter out) {
    if (options.format() == ExploreFormat.ftrace) {
      writeTrace(survey.reports(), out);
    } else if (options.format() == ExploreFormat.json) {
      ExploreJson.write(survey.reports(), options.from().isRead() ? ExcerptText.json(options.from().excerpt()) : null, Version.text(), out);
    } else if (options.isSurveyWanted()) {
      out.print(survey.text());
    } else {
      if (options.from().isRead()) {
        out.print(ExcerptText.of(options.from().excerpt(), Terminal.style()));
      }
      out.print(ExploreText.of(survey.reports(), Terminal.style()));
    }
    out.flush();
  }
}
