package io.vmatrace.checker.check;

import io.vmatrace.checker.evidence.Account;
import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.report.Report.Quote;
import io.vmatrace.checker.rule.Rule.Evidence;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.QuotedEvent;
import java.util.ArrayList;
import java.util.List;
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

  List<FindingReport> of(List<Found> findings) throws CaptureException {
    long[] ats = findings.stream().flatMapToLong(Quotes::places).sorted().distinct().toArray();
    LongObjectHashMap<QuotedEvent> quoted = new LongObjectHashMap<>(ats.length);
    for (QuotedEvent event : capture.quote(ats)) {
      quoted.put(event.at(), event);
    }
    return findings.stream().map(found -> report(found, quoted)).toList();
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
    return new FindingReport(
        found.rule().id() + "@" + found.at(),
        found.rule().id(),
        found.rule().severity(),
        found.certainty(),
        found.message(),
        found.mm() == 0 ? null : address(found.mm()),
        found.vma() == 0 ? null : address(found.vma()),
        found.end() == 0 ? null : address(found.start()) + "-" + address(found.end()),
        evidence);
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
