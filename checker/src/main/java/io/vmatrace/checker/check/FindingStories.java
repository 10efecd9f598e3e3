package io.vmatrace.checker.check;

import io.vmatrace.checker.report.FindingGroup;
import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.report.Story;
import io.vmatrace.checker.story.Stories;
import io.vmatrace.checker.story.Stories.Asked;
import io.vmatrace.checker.story.Stories.Breach;
import io.vmatrace.checker.story.Stories.Subjects;
import io.vmatrace.parser.input.Capture;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Gives the first finding of each cause its story. */
final class FindingStories {
  /** More causes than this are no race that a person reads. */
  private static final int MOST_STORIES = 32;

  private FindingStories() {}

  /** The findings, in the same order; only where there are some the capture is read again. */
  static List<FindingReport> told(List<Found> found, Quotes.Quoted quoted, Capture capture) {
    List<FindingReport> findings = quoted.findings();
    Set<FindingReport> inFlight = IntStream.range(0, findings.size()).filter(i -> found.get(i).inFlight()).mapToObj(findings::get).collect(Collectors.toSet());
    Set<FindingReport> chosen = FindingGroup.of(findings, quoted.further()).stream().map(group -> chosen(group, inFlight)).limit(MOST_STORIES).collect(Collectors.toSet());
    List<Asked> asked = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < findings.size(); i++) {
      if (chosen.contains(findings.get(i))) {
        asked.add(asked(found.get(i), findings.get(i)));
        places.add(i);
      }
    }
    if (asked.isEmpty()) {
      return findings;
    }
    List<FindingReport> told = new ArrayList<>(findings);
    List<@Nullable Story> stories = Stories.tell(asked, capture);
    for (int i = 0; i < places.size(); i++) {
      Story story = stories.get(i);
      if (story != null) {
        told.set(places.get(i), findings.get(places.get(i)).with(story)); // by place: two findings of one rule at one event have one id
      }
    }
    return told;
  }

  /** The finding of a group that tells most: one with another task in flight, else the first. */
  private static FindingReport chosen(FindingGroup group, Set<FindingReport> inFlight) {
    return group.findings().stream().filter(inFlight::contains).findFirst().orElse(group.first());
  }

  private static Asked asked(Found found, FindingReport finding) {
    Set<Long> evidence = found.evidence().stream().map(shown -> shown.moment().at()).collect(Collectors.toSet());
    boolean isQuoted = finding.evidence().size() > found.evidence().size() || found.evidence().isEmpty();
    long at = isQuoted ? found.at() : found.evidence().getLast().moment().at(); // what no event shows is told by the last of the evidence
    boolean later = found.brokenAt() != found.at() && found.brokenAt() != at;
    Breach breach = later ? new Breach(found.brokenAt(), at, Set.of()) : new Breach(at, 0, isQuoted ? found.rule().on() : Set.of());
    return new Asked(finding.rule(), breach, new Subjects(found.mm(), found.vma(), finding.brokenAt().pid()), evidence, found.absent());
  }
}
