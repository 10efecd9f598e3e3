package io.vmatrace.checker.check;

import io.vmatrace.checker.evidence.Account;
import io.vmatrace.checker.report.FindingId;
import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.report.Report.Quote;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.Rule.Evidence;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.QuotedEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.eclipse.collections.impl.map.mutable.primitive.LongObjectHashMap;
import org.jspecify.annotations.Nullable;

/** Turns findings into reports of findings, with the lines of the capture that prove them. */
final class Quotes {
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
   */
  record Quoted(List<FindingReport> findings, Map<String, Long> further) {}

  /**
   * Reads the capture again, once.
   *
   * @param further the places of definite findings that are not kept whole, by the rule's id
   */
  Quoted of(List<Found> findings, Map<String, long[]> further) throws CaptureException {
    LongStream places = further.values().stream().flatMapToLong(Arrays::stream);
    long[] ats = LongStream.concat(findings.stream().flatMapToLong(Quotes::places), places).sorted().distinct().toArray();
    LongObjectHashMap<QuotedEvent> quoted = new LongObjectHashMap<>(ats.length);
    for (QuotedEvent event : capture.quote(ats)) {
      quoted.put(event.at(), event);
    }
    Map<String, Long> causes = new TreeMap<>();
    further.forEach((rule, of) -> count(rule, of, quoted, causes));
    return new Quoted(findings.stream().map(found -> report(found, quoted)).toList(), causes);
  }

  private static void count(String rule, long[] places, LongObjectHashMap<QuotedEvent> quoted, Map<String, Long> causes) {
    for (long place : places) {
      QuotedEvent event = quoted.get(place);
      if (event != null) {
        causes.merge(FindingId.of(rule, event.event(), event.text()), 1L, Long::sum);
      }
    }
  }

  private static LongStream places(Found found) {
    return LongStream.concat(found.evidence().stream().mapToLong(e -> e.moment().at()), LongStream.of(found.at()));
  }

  private FindingReport report(Found found, LongObjectHashMap<QuotedEvent> quoted) {
    List<Quote> evidence = new ArrayList<>();
    for (Evidence shown : found.evidence()) {
      add(evidence, quoted.get(shown.moment().at()), shown.shows());
    }
    add(evidence, quoted.get(found.at()), null);
    if (evidence.isEmpty()) {
      evidence.add(changed(found));
    }
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
        null);
  }

  /** The events are not there any more: the file of a trace that goes on changes between two readings. */
  private Quote changed(Found found) {
    return new Quote(account.facts().isText() ? found.at() : null, 0, "0", -1, -1, "", "unknown", "cannot be read again: the capture has changed since", null);
  }

  private static String message(Found found, List<Quote> evidence) {
    Quote first = evidence.getFirst();
    String actor = "%s-%d on CPU %d, begun %s,".formatted(first.comm(), first.pid(), first.cpu(), first.shortTime());
    return found.message().replace(Rule.ACTOR, actor);
  }

  private void add(List<Quote> to, @Nullable QuotedEvent event, @Nullable String role) {
    if (event != null) {
      to.add(
          new Quote(account.facts().isText() ? event.line() : null, event.offset(), account.time(event.time()), event.cpu(), event.task(), event.comm(), event.event(), event.text(), role));
    }
  }

  static String address(long value) {
    return "0x" + Long.toHexString(value);
  }
}
