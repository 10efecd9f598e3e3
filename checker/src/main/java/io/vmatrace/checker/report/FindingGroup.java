package io.vmatrace.checker.report;

import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.rule.Severity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Findings of one cause: of one rule, at one function.
 *
 * @param cause their {@link FindingId}
 * @param followsFrom the cause of a group whose findings, of another rule, stand before each of these in the same write section and at the
 *     same VMA; null when there is none
 * @param known whether a baseline has this cause
 * @param count how many there are
 * @param findings those of them that are kept whole, in the capture's order; at least one
 * @param slice the file with a part of a capture that gives this cause by itself, or null
 */
public record FindingGroup(String cause, @Nullable String followsFrom, boolean known, long count, List<FindingReport> findings, @Nullable String slice) {
  /** Which findings are one group. */
  private record Key(String cause, Certainty certainty) {}

  /** A VMA in one write section of its mm. */
  private record Affair(String vma, String mm, long section) {
    static Optional<Affair> of(FindingReport finding) {
      String vma = finding.vma();
      String mm = finding.mm();
      return vma == null || mm == null || finding.section() == 0 ? Optional.empty() : Optional.of(new Affair(vma, mm, finding.section()));
    }
  }

  /**
   * Findings in groups, in the order in which those begin.
   *
   * @param further how many more definite findings there are of a cause
   */
  public static List<FindingGroup> of(List<FindingReport> findings, Map<String, Long> further) {
    Map<Key, List<FindingReport>> groups = new LinkedHashMap<>();
    findings.forEach(finding -> groups.computeIfAbsent(new Key(finding.cause(), finding.certainty()), _ -> new ArrayList<>()).add(finding));
    Map<FindingReport, String> causes = earlier(findings);
    List<FindingGroup> all = new ArrayList<>();
    groups.forEach((key, of) -> {
      long more = key.certainty() == Certainty.DEFINITE ? further.getOrDefault(key.cause(), 0L) : 0;
      all.add(new FindingGroup(key.cause(), causeOfAll(of, causes), false, of.size() + more, List.copyOf(of), null));
    });
    return all;
  }

  /** For each finding the cause of the first one in its affair, where that is of another rule. */
  private static Map<FindingReport, String> earlier(List<FindingReport> findings) {
    Map<Affair, FindingReport> first = new HashMap<>();
    Map<FindingReport, String> causes = new HashMap<>();
    for (FindingReport finding : findings) {
      if (finding.certainty() == Certainty.DEFINITE) {
        Affair.of(finding).map(affair -> first.putIfAbsent(affair, finding)).filter(before -> !before.rule().equals(finding.rule())).ifPresent(before -> causes.put(finding, before.cause()));
      }
    }
    return causes;
  }

  private static @Nullable String causeOfAll(List<FindingReport> of, Map<FindingReport, String> causes) {
    List<@Nullable String> earlier = of.stream().<@Nullable String>map(causes::get).distinct().toList();
    return earlier.size() == 1 ? earlier.getFirst() : null;
  }

  /** The same group, which a baseline has. */
  public FindingGroup ofBaseline() {
    return new FindingGroup(cause, followsFrom, true, count, findings, slice);
  }

  /** The same group, of whose cause that file has a slice. */
  public FindingGroup sliced(@Nullable String file) {
    return new FindingGroup(cause, followsFrom, known, count, findings, file);
  }

  /** The first of its findings. */
  public FindingReport first() {
    return findings.getFirst();
  }

  /** The one of its findings whose story is told; the first where none is. */
  public FindingReport told() {
    return findings.stream().filter(finding -> finding.story() != null).findFirst().orElse(first());
  }

  public String rule() {
    return first().rule();
  }

  public Severity severity() {
    return first().severity();
  }

  public Certainty certainty() {
    return first().certainty();
  }

  /** At how many VMAs those findings are that are kept whole. */
  public long vmas() {
    return different(findings.stream().map(FindingReport::vma));
  }

  /** In how many write sections they are. */
  public long sections() {
    return findings.stream().filter(finding -> finding.section() > 0).map(finding -> finding.mm() + "#" + finding.section()).distinct().count();
  }

  /** By how many tasks they are. */
  public long tasks() {
    return findings.stream().map(finding -> finding.at().pid()).distinct().count();
  }

  private static long different(Stream<@Nullable String> names) {
    return names.filter(Objects::nonNull).distinct().count();
  }
}
