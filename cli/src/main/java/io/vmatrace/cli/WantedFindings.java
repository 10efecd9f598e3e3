package io.vmatrace.cli;

import io.vmatrace.checker.catalogue.Rules;
import io.vmatrace.checker.catalogue.UncheckedRules;
import io.vmatrace.checker.check.Check;
import io.vmatrace.checker.report.FindingGroup;
import io.vmatrace.checker.report.Gate;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.report.Report.Verdict;
import io.vmatrace.checker.report.Summary;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.checker.rule.Severity;
import io.vmatrace.parser.input.FileTrouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** The options of {@code check} that say which rules are put to a capture, and which findings make the run fail. */
final class WantedFindings {
  private static final String RULES = "--rules";
  private static final String SEVERITY = "--severity";
  private static final String FAIL_ON = "--fail-on";
  private static final String BASELINE = "--baseline";
  private static final String UPDATE = "--update-baseline";

  private final CommandSpec spec;
  private final Check.Wanted findings;
  private final @Nullable Path baseline;
  private final boolean updates;
  private final Set<String> before;
  private final NavigableSet<String> seen = new TreeSet<>();

  private WantedFindings(CommandSpec spec) {
    this.spec = spec;
    ParseResult given = spec.commandLine().getParseResult();
    String file = given.<@Nullable String>matchedOptionValue(BASELINE, null);
    baseline = file == null ? null : Path.of(file);
    updates = given.hasMatchedOption(UPDATE);
    if (updates && baseline == null) {
      throw new ParameterException(spec.commandLine(), "%s wants %s FILE".formatted(UPDATE, BASELINE));
    }
    before = known();
    Severity least = given.matchedOptionValue(SEVERITY, Severity.PERFORMANCE);
    Set<String> rules = rules(given.matchedOptionValue(RULES, List.of()));
    findings =
        new Check.Wanted(
            given.hasMatchedOption("--possible"),
            rule -> rule.severity().isAtLeast(least) && (rules.isEmpty() || rules.contains(rule.id())),
            new Gate(updates ? _ -> true : before::contains, given.matchedOptionValue(FAIL_ON, Gate.SHUT.failOn())),
            true);
  }

  /** What was given on a command line that has been parsed. */
  static WantedFindings of(CommandSpec spec) {
    return new WantedFindings(spec);
  }

  /** The options. */
  static List<OptionSpec> options() {
    return List.of(
        OptionSpec.builder("--possible").description("Also report violations that are possible but not certain.").build(),
        OptionSpec.builder(RULES)
            .paramLabel("RULE")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .splitRegex(",")
            .description("Check these rules only, such as R59,R72; vmatrace rules lists them.")
            .build(),
        severity(SEVERITY, "Check only rules whose violation is at least so severe"),
        severity(FAIL_ON, "Fail only for violations that are at least so severe (default: hang)"),
        OptionSpec.builder(BASELINE)
            .paramLabel("FILE")
            .type(String.class)
            .description("Causes that are known, one on each line, such as R72/dup_mmap: they are reported, and the run does not fail for them.")
            .build(),
        OptionSpec.builder(UPDATE).description("Write the causes that are found into that file.").build());
  }

  private static OptionSpec severity(String name, String what) {
    return OptionSpec.builder(name)
        .paramLabel("SEVERITY")
        .type(Severity.class)
        .converters(WantedFindings::severity)
        .description("%s: memory-safety, wrong-result, hang or performance (no breach of the protocol, only time).".formatted(what))
        .build();
  }

  private static Severity severity(String text) {
    List<String> names = Arrays.stream(Severity.values()).map(Severity::text).toList();
    return Arrays.stream(Severity.values())
        .filter(severity -> severity.text().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(() -> new TypeConversionException("no severity is called %s; there are %s%s".formatted(text, String.join(", ", names), Nearest.question(text, names))));
  }

  private Set<String> rules(List<String> ids) {
    Set<String> rules = new HashSet<>();
    for (String id : ids) {
      rules.add(Rules.find(id.strip()).map(RuleInfo::id).orElseThrow(() -> new ParameterException(spec.commandLine(), "%s: %s".formatted(RULES, noRule(id.strip())))));
    }
    return rules;
  }

  private static String noRule(String id) {
    return UncheckedRules.find(id)
        .map(rule -> "%s is not checked; vmatrace rules %s says why".formatted(rule.id(), rule.id()))
        .orElse("no rule has the id %s; vmatrace rules lists them".formatted(id));
  }

  private Set<String> known() {
    if (baseline == null || updates && !Files.exists(baseline)) {
      return Set.of();
    }
    try {
      return BaselineFile.read(baseline);
    } catch (IOException e) {
      throw new ParameterException(spec.commandLine(), "%s %s: %s".formatted(BASELINE, baseline, FileTrouble.of(e)));
    }
  }

  /** What a check is to find. */
  Check.Wanted findings() {
    return findings;
  }

  /** Keeps the causes of a report, for the baseline. */
  void saw(Report report) {
    Predicate<FindingGroup> definite = group -> group.certainty() == Certainty.DEFINITE;
    report.groups().stream().filter(definite).map(FindingGroup::cause).forEach(seen::add);
  }

  /**
   * Writes the baseline, if that is wanted, and says what has changed; not where a capture could not be read, whose causes would be missing. What
   * this run could not find stays: causes of rules that it was not to check, and all of them where a capture gave no verdict or a part only.
   */
  void updateBaseline(Summary summary) {
    if (!updates || baseline == null) {
      return;
    }
    if (summary.unreadable() > 0) {
      say("%s is left as it is: not all captures could be read".formatted(baseline));
      return;
    }
    boolean some = summary.partly() > 0 || summary.captures().getOrDefault(Verdict.INCONCLUSIVE, 0L) > 0;
    before.stream().filter(cause -> some || !isChecked(cause)).forEach(seen::add);
    try {
      BaselineFile.write(baseline, seen);
    } catch (IOException e) {
      throw new ParameterException(spec.commandLine(), "%s %s: %s".formatted(BASELINE, baseline, FileTrouble.of(e)));
    }
    long added = seen.stream().filter(cause -> !before.contains(cause)).count();
    long gone = before.stream().filter(cause -> !seen.contains(cause)).count();
    String kept = some ? "; what was known stays, as not every capture gave a verdict" : "";
    say("%s has %d cause%s now: %d added, %d gone%s".formatted(baseline, seen.size(), seen.size() == 1 ? "" : "s", added, gone, kept));
  }

  private boolean isChecked(String cause) {
    return Rules.find(cause.substring(0, cause.indexOf('/'))).filter(findings.rules()).isPresent();
  }

  private void say(String what) {
    spec.commandLine().getErr().println("vmatrace: " + what);
  }
}
