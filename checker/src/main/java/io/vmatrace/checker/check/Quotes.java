package io.vmatrace.checker.check;

import io.vmatrace.checker.check.RuleTally.Further;
import io.vmatrace.checker.evidence.Account;
import io.vmatrace.checker.report.FindingId;
import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.report.Report.Mark;
import io.vmatrace.checker.report.Report.Quote;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.Rule.Evidence;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.QuotedEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.eclipse.collections.impl.map.mutable.primitive.LongObjectHashMap;
import org.jspecify.annotations.Nullable;

/** Turns findings into reports of findings, with the lines of the capture that prove them. */
final class Quotes {
  private static final String NEVER = "no capture can prove this rule broken: its page has the other explanations (`vmatrace rules %s`)";
  private static final String ELSE = "an order of events, or an event that was not recorded, would make it legal (`vmatrace rules %s`)";

  private final Capture capture;
  private final Account account;

  Quotes(Capture capture, Account account) {
    this.capture = capture;
    this.account = account;
  }

  /**
   * Findings with their lines, and the causes of those that are not kept whole.
   *
   * @param further how many further ones there are of each cause
   * @param marks where those are
   */
  record Quoted(List<FindingReport> findings, Map<String, Long> further, List<Mark> marks) {
    private static final String UNCLEAR = "/" + Rule.UNCLEAR;

    /** The same, with those whose kind is unclear counted to the one kind that others of the rule at the same function have, if it is one. */
    private Quoted cleared() {
      Set<String> causes = Stream.concat(findings.stream().map(FindingReport::cause), further.keySet().stream()).collect(Collectors.toCollection(TreeSet::new));
      Map<String, String> clear = new HashMap<>();
      for (String cause : causes) {
        if (cause.endsWith(UNCLEAR)) {
          String function = cause.substring(0, cause.indexOf('/', cause.indexOf('/') + 1) + 1);
          List<String> kinds = causes.stream().filter(other -> other.startsWith(function) && !other.endsWith(UNCLEAR)).map(other -> other.substring(other.lastIndexOf('/'))).distinct().toList();
          clear.put(cause, kinds.size() == 1 ? cause.substring(0, cause.length() - UNCLEAR.length()) + kinds.getFirst() : cause);
        }
      }
      if (clear.isEmpty()) {
        return this;
      }
      Map<String, Long> counted = new TreeMap<>();
      further.forEach((cause, count) -> counted.merge(clear.getOrDefault(cause, cause), count, Long::sum));
      List<Mark> cleared = marks.stream().map(mark -> new Mark(clear.getOrDefault(mark.cause(), mark.cause()), mark.time(), mark.pid())).toList();
      return new Quoted(findings.stream().map(finding -> cleared(finding, clear)).toList(), counted, cleared);
    }

    private static FindingReport cleared(FindingReport finding, Map<String, String> clear) {
      String cause = clear.getOrDefault(finding.cause(), finding.cause());
      String kind = cause.substring(cause.lastIndexOf('/') + 1);
      return cause.equals(finding.cause()) ? finding : finding.of(cause, finding.message() + "; its kind is taken to be that of the others here, " + kind);
    }
  }

  /**
   * Reads the capture again, once.
   *
   * @param further definite findings that are not kept whole, by the rule's id
   */
  Quoted of(List<Found> findings, Map<String, List<Further>> further) throws CaptureException {
    LongStream places = further.values().stream().flatMap(List::stream).mapToLong(Further::at);
    long[] ats = LongStream.concat(findings.stream().flatMapToLong(Quotes::places), places).sorted().distinct().toArray();
    LongObjectHashMap<QuotedEvent> quoted = new LongObjectHashMap<>(ats.length);
    for (QuotedEvent event : capture.quote(ats)) {
      quoted.put(event.at(), event);
    }
    List<Mark> marks = new ArrayList<>();
    further.forEach((rule, of) -> mark(rule, of, quoted, marks));
    Map<String, Long> causes = marks.stream().collect(Collectors.groupingBy(Mark::cause, TreeMap::new, Collectors.counting()));
    return new Quoted(findings.stream().map(found -> report(found, quoted)).toList(), causes, marks).cleared();
  }

  private void mark(String rule, List<Further> findings, LongObjectHashMap<QuotedEvent> quoted, List<Mark> marks) {
    Map<String, String> causes = new HashMap<>();
    for (Further finding : findings) {
      QuotedEvent event = quoted.get(finding.at());
      if (event != null) {
        String cause = FindingId.of(rule, event.event(), event.text(), finding.way());
        marks.add(new Mark(causes.computeIfAbsent(cause, same -> same), account.time(event.time()), event.task()));
      }
    }
  }

  private static LongStream places(Found found) {
    return LongStream.concat(found.evidence().stream().mapToLong(e -> e.moment().at()), LongStream.of(found.at()));
  }

  private FindingReport report(Found found, LongObjectHashMap<QuotedEvent> quoted) {
    List<Quote> evidence = new ArrayList<>();
    boolean later = found.brokenAt() != found.at();
    for (Evidence shown : found.evidence()) {
      add(evidence, quoted.get(shown.moment().at()), shown.breaks() ? shown.shows() + ": here the rule is broken" : shown.shows());
    }
    add(evidence, quoted.get(found.at()), later ? "here it is proved" : null);
    if (evidence.isEmpty()) {
      evidence.add(changed(found));
    }
    QuotedEvent broken = quoted.get(found.brokenAt());
    int breaks = later && broken != null ? IntStream.range(0, evidence.size()).filter(i -> evidence.get(i).offset() == broken.offset()).findFirst().orElse(evidence.size() - 1) : evidence.size() - 1;
    Quote of = evidence.get(breaks);
    return new FindingReport(
        found.rule().id() + "@" + found.at(),
        found.rule().id(),
        found.rule().severity(),
        found.certainty(),
        message(found, evidence),
        found.mm() == 0 ? null : address(found.mm()),
        found.vma() == 0 ? null : address(found.vma()),
        found.end() == 0 ? null : address(found.start()) + "-" + address(found.end()),
        found.section(),
        evidence,
        FindingId.of(found.rule().id(), of.event(), of.text(), found.way()),
        breaks,
        doubt(found),
        null);
  }

  private static @Nullable String doubt(Found found) {
    if (found.certainty() == Certainty.DEFINITE) {
      return null;
    }
    if (found.whyPossible() != null) {
      return found.whyPossible();
    }
    return (found.rule().neverDefinite() ? NEVER : ELSE).formatted(found.rule().id());
  }

  /** The events are not there any more: the file of a trace that goes on changes between two readings. */
  private Quote changed(Found found) {
    return new Quote(account.facts().isText() ? found.at() : null, 0, "0", -1, -1, "", "unknown", 0, "cannot be read again: the capture has changed since", null);
  }

  private static String message(Found found, List<Quote> evidence) {
    Quote first = evidence.getFirst();
    String actor = "%s-%d on CPU %d, begun %s,".formatted(first.comm(), first.pid(), first.cpu(), first.shortTime());
    return found.message().replace(Rule.ACTOR, actor);
  }

  private void add(List<Quote> to, @Nullable QuotedEvent event, @Nullable String role) {
    if (event != null) {
      to.add(
          new Quote(account.facts().isText() ? event.line() : null, event.offset(), account.time(event.time()), event.cpu(), event.task(), event.comm(), event.event(), event.indent(), event.text(), role));
    }
  }

  static String address(long value) {
    return "0x" + Long.toHexString(value);
  }
}
