package io.vmatrace.cli;

import io.vmatrace.checker.explore.Automaton;
import io.vmatrace.checker.explore.ExploreReport;
import io.vmatrace.checker.explore.LitmusTests;
import io.vmatrace.checker.explore.Moves;
import io.vmatrace.checker.explore.Scenario;
import io.vmatrace.checker.report.Page;
import io.vmatrace.checker.report.Style;
import io.vmatrace.checker.steps.Design;
import io.vmatrace.checker.steps.StepTable;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/** What {@code vmatrace explore} is asked for. */
final class ExploreOptions {
  private static final String VARIANT = "--variant";
  private static final String MUTANT = "--mutant";
  private static final String SCENARIOS = "--scenarios";
  private static final String SURVEY = "--survey";
  private static final String LIST = "--list";
  private static final String MOST = "--most";
  private static final String SYMMETRY = "--symmetry";
  private static final String MEMORY = "--memory";
  private static final String SEQUENTIAL = "sc";
  private static final String REORDERS = "release-acquire";
  private static final String DOT = "--dot";
  private static final String LITMUS = "--litmus";
  private static final String SCHEDULE = "--schedule";

  /** The form that the kernel has today. */
  private static final String LANDED = "lock-store-detach";

  private final CommandSpec spec;
  private final ExploreFrom from;
  private final Design.Catalogue catalogue = Design.Catalogue.builtIn();

  ExploreOptions(CommandSpec spec) {
    this.spec = spec;
    from = new ExploreFrom(spec);
    ExploreFrom.options().forEach(spec::addOption);
    spec.addPositional(PositionalParamSpec.builder().arity("0..*").paramLabel("SCENARIO").type(List.class).auxiliaryTypes(String.class).description("Which small worlds (default: all).").build())
        .addOption(names(VARIANT, "VARIANT", "A variant by its name, all, or a file that has one; several with commas between them (default: %s).".formatted(LANDED)))
        .addOption(names(MUTANT, "MUTANT", "A bug put into each of them, or all, one after the other."))
        .addOption(OptionSpec.builder(SCENARIOS).paramLabel("FILE").type(String.class).description("Your own scenarios instead of those that are built in.").build())
        .addOption(OptionSpec.builder(MOST).paramLabel("STATES").type(Integer.class).defaultValue("20000000").description("Give up after so many states (default: ${DEFAULT-VALUE}).").build())
        .addOption(OptionSpec.builder(SCHEDULE).paramLabel("TURNS").type(String.class).description("Make these turns alone, as a report gives them: 0x14,1,0 for 14 steps of task 0, one of task 1, one of task 0.").build())
        .addOption(OptionSpec.builder(DOT).type(Boolean.class).arity("0").description("Print the states of a VMA, and which function takes it from one to the other, as Graphviz and the kernel's runtime verification read them.").build())
        .addOption(OptionSpec.builder(LITMUS).paramLabel("FOLDER").type(Path.class).description("Write the memory orders of the protocol as tests for herd7 (docs/ORDERINGS.md).").build())
        .addOption(OptionSpec.builder(SYMMETRY).type(Boolean.class).arity("0").description("Take tasks with the same program for alike: fewer states; whether tasks may go on for ever is not looked at.").build())
        .addOption(OptionSpec.builder(MEMORY).paramLabel("MODEL").type(String.class).defaultValue(SEQUENTIAL).description("sc: steps take effect in their order; release-acquire: also in other orders that the declared ones allow, as docs/ORDERINGS.md says (default: ${DEFAULT-VALUE}).").build())
        .addOption(OptionSpec.builder(SURVEY).type(Boolean.class).arity("0").description("All variants, as one table.").build())
        .addOption(OptionSpec.builder(LIST).type(Boolean.class).arity("0").description("List scenarios, variants and mutants.").build())
        .addOption(Commands.format(ExploreFormat.text, ExploreFormat::name, "ftrace: the schedule of what is broken as a capture"));
  }

  private static OptionSpec names(String option, String label, String description) {
    return OptionSpec.builder(option).paramLabel(label).splitRegex(",").type(List.class).auxiliaryTypes(String.class).description(description).build();
  }

  private boolean isGiven(String option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option);
  }

  boolean isListWanted() {
    return isGiven(LIST);
  }

  /** The capture that a scenario is taken out of, once it has been read. */
  ExploreFrom from() {
    return from;
  }

  boolean isFromGiven() {
    boolean given = isGiven(ExploreFrom.FROM);
    if (!given && isGiven(ExploreFrom.AT)) {
      throw new ParameterException(spec.commandLine(), "%s is of the capture that %s names".formatted(ExploreFrom.AT, ExploreFrom.FROM));
    }
    if (given && (isGiven(SCENARIOS) || isGiven(SURVEY) || !spec.commandLine().getParseResult().matchedPositionalValue(0, List.of()).isEmpty())) {
      throw new ParameterException(spec.commandLine(), "%s gives the scenario itself: name no other, nor %s or %s".formatted(ExploreFrom.FROM, SCENARIOS, SURVEY));
    }
    return given;
  }

  boolean isSurveyWanted() {
    return isGiven(SURVEY);
  }

  boolean isDotWanted() {
    return isGiven(DOT);
  }

  boolean areLitmusTestsWanted() {
    return isGiven(LITMUS);
  }

  /** Writes the tests for herd7 where they are wanted; where that is. */
  Path writeLitmusTests() {
    Path folder = spec.commandLine().getParseResult().matchedOptionValue(LITMUS, Path.of("."));
    try {
      LitmusTests.write(folder);
      return folder;
    } catch (IOException e) {
      throw new ParameterException(spec.commandLine(), "%s: the tests cannot be written there: %s".formatted(folder, e), e);
    }
  }

  /** The automaton of the one design that is asked for. */
  Automaton automaton() {
    return Automaton.of(oneDesign(DOT), scenarios(), most());
  }

  private Design oneDesign(String option) {
    List<Design> designs = designs();
    if (designs.size() != 1) {
      throw new ParameterException(spec.commandLine(), "%s is of one variant, with one mutant at most; %d are given".formatted(option, designs.size()));
    }
    return designs.getFirst();
  }

  boolean isScheduleGiven() {
    return isGiven(SCHEDULE);
  }

  /** The schedule that is asked for, in the one scenario and design that it is of. */
  ExploreReport alongSchedule() {
    List<Scenario> scenarios = scenarios();
    if (scenarios.size() != 1) {
      throw new ParameterException(spec.commandLine(), "%s is of one scenario; %d are given".formatted(SCHEDULE, scenarios.size()));
    }
    Design design = oneDesign(SCHEDULE);
    try {
      return ExploreReport.along(scenarios.getFirst(), design, Moves.read(spec.commandLine().getParseResult().matchedOptionValue(SCHEDULE, "")));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "%s: %s".formatted(SCHEDULE, e.getMessage()), e);
    }
  }

  boolean isSymmetric() {
    return isGiven(SYMMETRY);
  }

  ExploreFormat format() {
    return spec.commandLine().getParseResult().matchedOptionValue(Commands.FORMAT, ExploreFormat.text);
  }

  /** The schedule of a report as a capture. */
  String trace(ExploreReport report) {
    if (report.design().has("stop-readers")) {
      throw new ParameterException(spec.commandLine(), "%s ftrace: no kernel has %s, so no capture shows it".formatted(Commands.FORMAT, report.design().name()));
    }
    return report.trace();
  }

  int most() {
    int most = spec.commandLine().getParseResult().matchedOptionValue(MOST, 20_000_000);
    if (most < 1) {
      throw new ParameterException(spec.commandLine(), "%s %d: at least one state is meant".formatted(MOST, most));
    }
    return most;
  }

  /** The variants that are asked for, each with each mutant that is. */
  List<Design> designs() {
    List<String> otherwise = List.of(isSurveyWanted() ? "all" : from.isRead() ? from.variant() : LANDED);
    List<Design> variants = new ArrayList<>();
    for (String name : spec.commandLine().getParseResult().<List<String>>matchedOptionValue(VARIANT, otherwise)) {
      variants.addAll(name.equals("all") ? List.copyOf(catalogue.variants().values()) : variant(name));
    }
    List<String> mutants = new ArrayList<>();
    for (String name : spec.commandLine().getParseResult().<List<String>>matchedOptionValue(MUTANT, List.of())) {
      mutants.addAll(name.equals("all") ? List.copyOf(catalogue.mutants().keySet()) : List.of(known("mutant", name, catalogue.mutants())));
    }
    List<Design> designs = mutants.isEmpty() ? variants : variants.stream().flatMap(variant -> mutants.stream().map(variant::with)).toList();
    return isReordering() ? designs.stream().map(design -> design.with(REORDERS)).toList() : designs;
  }

  private boolean isReordering() {
    String memory = spec.commandLine().getParseResult().matchedOptionValue(MEMORY, SEQUENTIAL);
    if (!memory.equals(SEQUENTIAL) && !memory.equals(REORDERS)) {
      throw new ParameterException(spec.commandLine(), "%s %s: %s or %s is meant".formatted(MEMORY, memory, SEQUENTIAL, REORDERS));
    }
    if (memory.equals(REORDERS) && (isGiven(DOT) || format() == ExploreFormat.ftrace)) {
      throw new ParameterException(spec.commandLine(), "%s %s has states that no event shows: neither %s nor %s ftrace has it".formatted(MEMORY, memory, DOT, Commands.FORMAT));
    }
    return memory.equals(REORDERS);
  }

  private Collection<Design> variant(String name) {
    Design builtIn = catalogue.variant(name);
    if (builtIn != null) {
      return List.of(builtIn);
    }
    Path file = Path.of(name);
    if (!Files.isRegularFile(file)) {
      known("variant", name, catalogue.variants());
    }
    try {
      Map<String, Design> own = Design.read(Files.readAllLines(file)).variants();
      if (own.isEmpty()) {
        throw new IllegalArgumentException("it has no line variant NAME: FEATURES");
      }
      own.values().forEach(design -> known(design.features(), design.table()));
      return own.values();
    } catch (IOException | IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "%s is no variant: %s".formatted(name, why(e)), e);
    }
  }

  private String known(String what, String name, Map<String, ?> among) {
    if (!among.containsKey(name)) {
      throw new ParameterException(
          spec.commandLine(), "no %s is called %s%s; `vmatrace explore --list` names them".formatted(what, name, Nearest.question(name, List.copyOf(among.keySet()))));
    }
    return name;
  }

  /** The scenarios that are asked for. */
  List<Scenario> scenarios() {
    Map<String, Scenario> all = all();
    List<String> names = spec.commandLine().getParseResult().matchedPositionalValue(0, List.of());
    if (names.isEmpty()) {
      return List.copyOf(all.values());
    }
    List<Scenario> wanted = new ArrayList<>();
    for (String name : names) {
      List<Scenario> group = all.values().stream().filter(scenario -> scenario.group().equals(name)).toList();
      wanted.addAll(group.isEmpty() ? List.of(all.get(known("scenario", name, all))) : group);
    }
    return wanted;
  }

  private Map<String, Scenario> all() {
    if (from.isRead()) {
      Scenario scenario = from.excerpt().scenario();
      return Map.of(scenario.name(), scenario);
    }
    String file = spec.commandLine().getParseResult().matchedOptionValue(SCENARIOS, "");
    if (file.isEmpty()) {
      return Scenario.builtIn();
    }
    try {
      Map<String, Scenario> own = Scenario.read(Files.readAllLines(Path.of(file)));
      if (own.isEmpty()) {
        throw new IllegalArgumentException("it has no line scenario NAME: TEXT");
      }
      own.values().forEach(scenario -> known(scenario.features(), StepTable.builtIn()));
      return own;
    } catch (IOException | IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "%s %s: %s".formatted(SCENARIOS, file, why(e)), e);
    }
  }

  /** Fails where a feature is a slip: it would be another protocol that is explored. */
  private static void known(Set<String> features, StepTable table) {
    for (String feature : Design.unknown(features, table)) {
      throw new IllegalArgumentException("no line asks for %s%s".formatted(feature, Nearest.question(feature, List.copyOf(table.features()))));
    }
  }

  private static String why(Exception e) {
    return e instanceof CharacterCodingException ? "it is no text in UTF-8" : e instanceof NoSuchFileException ? "there is no such file" : Objects.requireNonNullElse(e.getMessage(), e.toString());
  }

  /** What can be asked for. */
  String list(Style style) {
    Page page = new Page(style);
    page.line("Scenarios");
    Map<String, List<Scenario>> groups = all().values().stream().collect(Collectors.groupingBy(Scenario::group, LinkedHashMap::new, Collectors.toList()));
    groups.forEach((group, of) -> named(page, group, of.size() == 1 ? of.getFirst().what() : "%d scenarios, such as %s".formatted(of.size(), of.getFirst().name())));
    page.line("Variants");
    catalogue.variants().keySet().forEach(variant -> page.line("  " + variant));
    page.line("Mutants");
    catalogue.mutants().forEach((mutant, what) -> named(page, mutant, what));
    return page.text();
  }

  private static void named(Page page, String name, String what) {
    page.wrapped("  %-20s ".formatted(name), " ".repeat(23), what);
  }
}
