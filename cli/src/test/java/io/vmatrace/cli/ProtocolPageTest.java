package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.catalogue.Rules;
import io.vmatrace.checker.catalogue.UncheckedRules;
import io.vmatrace.checker.rule.RuleInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** docs/PROTOCOL.md lists every rule, says which are checked, and has the sections that it links to. */
class ProtocolPageTest {
  private static final Pattern ROW = Pattern.compile("^\\| (R\\d+) \\| (.*) \\|$");
  private static final Pattern LINK = Pattern.compile("\\]\\(#([\\w-]+)\\)");

  private static List<String> page = List.of();

  @BeforeAll
  static void read() throws IOException {
    page = Files.readAllLines(Path.of("docs/PROTOCOL.md"));
  }

  @Test
  void shouldListEveryNumberOnceAndInOrder() {
    List<String> numbers = page.stream().map(ROW::matcher).filter(Matcher::matches).map(row -> row.group(1)).toList();
    assertThat(numbers).isEqualTo(IntStream.rangeClosed(1, 116).mapToObj("R%02d"::formatted).toList());
  }

  @Test
  void shouldSayWhichRulesAreCheckedAndHowSevereTheyAre() {
    Map<String, String> checked = new TreeMap<>();
    checkedRows().forEach((id, cells) -> checked.put(id, cells.get(2)));
    Map<String, String> catalogue =
        Rules.infos().stream().collect(Collectors.toMap(RuleInfo::id, info -> info.severity().text()));
    assertThat(catalogue.keySet().stream().filter(id -> !checked.containsKey(id))).as("rules of the catalogue whose row does not say **yes** or **possible**").isEmpty();
    assertThat(checked).isEqualTo(catalogue);
  }

  @Test
  void shouldBeTheRulesOfTheChangelog() throws IOException {
    Matcher list = Pattern.compile("(\\d+) rules of the protocol: ([R\\d\\s]+)\\.").matcher(Files.readString(Path.of("CHANGELOG.md")));
    assertThat(list.find()).isTrue();
    List<String> named = List.of(list.group(2).split("\\s+", -1));
    assertThat(named).isEqualTo(Rules.infos().stream().map(RuleInfo::id).toList());
    assertThat(list.group(1)).isEqualTo(String.valueOf(named.size()));
  }

  @Test
  void shouldSayWhichRulesProveNothing() {
    Set<String> possible = new TreeSet<>();
    checkedRows().forEach((id, cells) -> {
      if (cells.get(3).startsWith("**possible**")) {
        possible.add(id);
      }
    });
    assertThat(possible).isNotEmpty().containsExactlyElementsOf(Rules.infos().stream().filter(RuleInfo::neverDefinite).map(RuleInfo::id).sorted().toList());
  }

  /** The rows of the rules that are checked, by number. */
  private static Map<String, List<String>> checkedRows() {
    Map<String, List<String>> rows = new TreeMap<>();
    for (String line : page) {
      Matcher row = ROW.matcher(line);
      List<String> cells = row.matches() ? List.of(row.group(2).split(" \\| ", -1)) : List.of();
      if (cells.size() == 4 && cells.get(3).startsWith("**")) {
        rows.put(row.group(1), cells);
      }
    }
    return rows;
  }

  @Test
  void shouldSayOfRulesThatAreNotCheckedWhatTheCatalogueSays() {
    Map<String, String> claims = new TreeMap<>();
    for (String line : page) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        claims.put(row.group(1), unmarked(row.group(2).split(" \\| ", -1)[0]));
      }
    }
    assertThat(UncheckedRules.all()).allSatisfy(rule -> assertThat(rule.statement()).isEqualTo(claims.get(rule.id())));
  }

  private static String unmarked(String claim) {
    return claim.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1").replaceAll("[`*]", "");
  }

  @Test
  void shouldLinkToItsOwnSections() {
    Set<String> sections =
        page.stream().filter(line -> line.startsWith("##")).map(ProtocolPageTest::anchor).collect(Collectors.toSet());
    List<String> links = new ArrayList<>();
    page.forEach(line -> LINK.matcher(line).results().forEach(link -> links.add(link.group(1))));
    assertThat(links).hasSizeGreaterThan(10).isSubsetOf(sections);
  }

  /** A heading's anchor, as it is on GitHub and in most readers of Markdown. */
  private static String anchor(String heading) {
    return heading.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT).replaceAll("[^\\w -]", "").replace(' ', '-');
  }
}
