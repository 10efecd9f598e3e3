package io.vmatrace.cli;

import io.vmatrace.checker.conform.Replay;
import io.vmatrace.checker.conform.ReplayJson;
import io.vmatrace.checker.conform.ReplayReport;
import io.vmatrace.checker.conform.ReplayText;
import io.vmatrace.checker.measure.MeasureJson;
import io.vmatrace.checker.measure.MeasureReport;
import io.vmatrace.checker.measure.MeasureText;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.checker.report.Style;
import io.vmatrace.checker.whatif.WhatIfJson;
import io.vmatrace.checker.whatif.WhatIfReport;
import io.vmatrace.checker.whatif.WhatIfText;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.event.EventNames;
import io.vmatrace.parser.input.CaptureException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.node.ObjectNode;

/** {@code vmatrace replay}. */
final class ReplayCommand implements Callable<Integer> {
  private final CommandSpec spec;
  private ExitStatus status = ExitStatus.OK;

  private ReplayCommand() {
    spec =
        Commands.spec(this, "replay")
            .addPositional(Commands.captures("1..*"))
            .addOption(TextOrJson.option())
            .addOption(
                OptionSpec.builder("--against")
                    .paramLabel("VARIANT")
                    .type(String.class)
                    .description("Follow with this variant of the protocol, not with that of the kernel: %s.".formatted(variants()))
                    .build())
            .addOption(Commands.kernel())
            .addOption(Commands.events())
            .addOption(
                OptionSpec.builder("--allow-inconclusive").description("End with 0 where no verdict can be given.").build());
    spec.addOption(Supposing.option());
    Measuring.options().forEach(spec::addOption);
    spec.usageMessage()
        .description("Follows captures with a variant of the protocol: does it allow every outcome that was observed?")
        .footer(
            "  vmatrace replay trace.txt",
            "  vmatrace replay --against rwsem trace.txt        as 6.14 would have it",
            "  vmatrace replay --format json trace.txt | jq '.captures[].secondWaits'",
            "  vmatrace replay --variant all trace.txt          what if it had been ...?",
            "  vmatrace replay --measure trace.txt              what its operations cost",
            "  vmatrace replay --measure --threads 4 --operations 1000000 trace.txt",
            "",
            "Exit status: 0 conforms, 1 diverges, 3 a capture cannot be read,",
            "4 inconclusive. docs/REPLAY.md says what is compared.");
  }

  /** The names of all variants. */
  static String variants() {
    return Variant.ALL.stream().map(Variant::name).collect(Collectors.joining(", "));
  }

  /** The command, to be put under the program's. */
  static CommandSpec spec() {
    return new ReplayCommand().spec;
  }

  @Override
  public Integer call() {
    ParseResult line = spec.commandLine().getParseResult();
    TextOrJson format = line.matchedOptionValue("--format", TextOrJson.text);
    boolean allowInconclusive = line.hasMatchedOption("--allow-inconclusive");
    String kernel = line.<@Nullable String>matchedOptionValue("--kernel", null);
    Variant against = against(line);
    EventNames names = AliasFile.names(spec);
    Supposing supposing = Supposing.asked(spec);
    Measuring measuring = Measuring.asked(spec);
    PrintWriter out = spec.commandLine().getOut();
    List<ObjectNode> reports = new ArrayList<>();
    ExitStatus readable =
        new GivenCaptures(spec).read(
            (given, several) -> {
              try (CaptureSource source = supposing == null && measuring == null ? given : given.rereadable()) {
                ReplayReport report = replay(source, kernel, against, names);
                status = status.worse(of(report, allowInconclusive));
                if (format == TextOrJson.json) {
                  ObjectNode node = ReplayJson.capture(report);
                  supposed(supposing, report, source, names).ifPresent(supposed -> node.set("whatIf", WhatIfJson.whatIf(supposed)));
                  measured(measuring, source, names).ifPresent(measured -> node.set("measure", MeasureJson.measure(measured)));
                  reports.add(node);
                } else {
                  out.print(ReplayText.write(report, style()));
                  out.flush(); // what follows may take minutes
                  supposed(supposing, report, source, names).ifPresent(supposed -> out.print("\n" + WhatIfText.write(supposed, style())));
                  measured(measuring, source, names).ifPresent(measured -> out.print("\n" + MeasureText.write(measured, style())));
                  out.print(several ? "\n" : "");
                }
                return !out.checkError();
              }
            });
    status = status.worse(readable);
    if (format == TextOrJson.json) {
      out.print(ReplayJson.json(reports, Version.text()));
    }
    out.flush();
    return status.code();
  }

  private static Style style() {
    return Terminal.isColoured() ? Style.COLOUR : Style.PLAIN;
  }

  private Optional<WhatIfReport> supposed(@Nullable Supposing supposing, ReplayReport report, CaptureSource source, EventNames names)
      throws CaptureException {
    if (supposing == null) {
      return Optional.empty();
    }
    Variant own = Objects.requireNonNull(Variant.named(report.variant()), report.variant());
    Optional<WhatIfReport> supposed = Optional.ofNullable(supposing.run(source, own, names));
    if (supposed.isEmpty()) {
      spec.commandLine()
          .getErr()
          .println("vmatrace: %s: --variant needs probes on lock_vma_under_rcu() and on what write sections do; vmatrace info says which are missing".formatted(source.name()));
      status = status.worse(ExitStatus.INCONCLUSIVE);
    }
    return supposed;
  }

  private Optional<MeasureReport> measured(@Nullable Measuring measuring, CaptureSource source, EventNames names) throws CaptureException {
    if (measuring == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(measuring.run(source, names));
    } catch (Measuring.Impossible e) {
      spec.commandLine().getErr().println("vmatrace: %s: %s".formatted(source.name(), e.getMessage()));
      status = status.worse(e.status());
      return Optional.empty();
    }
  }

  private @Nullable Variant against(ParseResult given) {
    String name = given.<@Nullable String>matchedOptionValue("--against", null);
    Variant variant = name == null ? null : Variant.named(name);
    if (name != null && variant == null) {
      throw new ParameterException(spec.commandLine(), "no variant is called %s; there are %s".formatted(name, variants()));
    }
    return variant;
  }

  private ReplayReport replay(CaptureSource source, @Nullable String kernel, @Nullable Variant against, EventNames names)
      throws CaptureException {
    try (Progress progress = new Progress("replay", source)) {
      ReplayReport report = Replay.run(source, kernel, against, names, progress);
      if (report.unreadable() != null) {
        spec.commandLine().getErr().println("vmatrace: %s; what came before is shown".formatted(report.unreadable()));
        status = status.worse(ExitStatus.UNREADABLE);
      }
      return report;
    }
  }

  private static ExitStatus of(ReplayReport report, boolean allowInconclusive) {
    return switch (report.verdict()) {
      case CONFORMS -> ExitStatus.OK;
      case DIVERGES -> ExitStatus.VIOLATION;
      case INCONCLUSIVE -> allowInconclusive ? ExitStatus.OK : ExitStatus.INCONCLUSIVE;
    };
  }
}
