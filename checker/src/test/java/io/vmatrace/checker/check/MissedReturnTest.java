package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.parser.event.EventKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A clean kernel is not convicted because the return of one function is missing, as fprobes and kretprobes miss some without any
 * marker. -Dvmatrace.returns=all leaves out each return in turn.
 */
@Tag("soundness")
class MissedReturnTest {
  private static final String RETURNS = System.getProperty("vmatrace.returns", "60");

  /** Two captures of each design. */
  private static final List<String> CAPTURES =
      List.of("6.12.117-churn", "6.12.94-fork-faults", "6.18.15-churn", "6.18.15-fault-race", "7.2.13-churn", "7.2.13-fork-faults");

  private static final List<String> SAMPLES = List.of("6.12.94-churn", "6.18.15-churn", "7.2.13-churn", "7.2.13-fork-faults");

  static Stream<Path> captures() {
    List<String> names = RealCaptures.hasShared() ? CAPTURES : SAMPLES;
    return RealCaptures.clean().filter(path -> names.contains(path.getFileName().toString().replaceAll("^clean-|\\.txt\\.zst$", "")));
  }

  @ParameterizedTest
  @MethodSource("captures")
  void shouldNotConvictForOneReturnThatWasMissed(Path file) {
    DecodedCapture capture = DecodedCapture.of(file);
    int[] returns =
        IntStream.range(0, capture.events().size())
            .filter(i -> capture.events().kind(i).source() == EventKind.Source.PROBE_RETURN)
            .toArray();
    assertThat(returns).hasSizeGreaterThan(100);
    Convictions convictions = new Convictions();
    chosen(returns)
        .forEach(
            missed -> {
              String what = "%s of pid %d, event %d".formatted(capture.events().kind(missed), capture.events().task(missed), missed);
              convictions.check(capture, (_, i) -> i != missed, what);
            });
    convictions.assertNone();
  }

  /** One call does not return of another VMA than it was entered for: its return and the other's entry are missing. */
  @ParameterizedTest
  @ValueSource(strings = {": __vma_start_write_ret: ", ": vma_mark_detached_ret: "})
  void shouldSayThatEventsAreMissingWhereACallReturnsOfAnotherVma(String returns) {
    Lines lines = new Lines("clean-6.18.15-churn");
    int first = lines.find(returns);
    lines.set(lines.findOfTask(first + 1, returns), "vma", lines.event(first).value("vma"));
    RealCaptures.Outcome outcome = RealCaptures.run(RealCaptures.join(lines.lines()));
    assertThat(outcome.violations()).isEmpty();
    assertThat(outcome.reconstruction().firstTorn()).contains("returns of another VMA");
  }

  private static IntStream chosen(int[] returns) {
    return RETURNS.equals("all")
        ? IntStream.of(returns)
        : new Random(1).ints(0, returns.length).distinct().limit(Integer.parseInt(RETURNS)).map(i -> returns[i]);
  }
}
