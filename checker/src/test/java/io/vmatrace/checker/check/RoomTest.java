package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** With hardly any memory for what is known, most of which becomes unknown again and again, no clean kernel is convicted, and faults are told as with enough of it or not at all. */
@Execution(ExecutionMode.CONCURRENT)
class RoomTest {
  private static final long[] BYTES = {6_000, 9_000, 14_000, 20_000, 30_000, 45_000, 70_000};

  static Stream<Path> captures() {
    return RealCaptures.clean();
  }

  @ParameterizedTest
  @MethodSource("captures")
  void shouldNotConvictWhereWhatWasIdleIsForgotten(Path capture) {
    byte[] text = RealCaptures.bytes(capture);
    RealCaptures.Outcome whole = RealCaptures.run(text);
    long forgotten = 0;
    for (long bytes : BYTES) {
      RealCaptures.Outcome run = RealCaptures.runIn(bytes, text);
      assertThat(run.violations()).as("%s in %d bytes", capture, bytes).isEmpty();
      assertThat(run.reconstruction().faults().total()).as("%s in %d bytes", capture, bytes).isEqualTo(whole.reconstruction().faults().total());
      assertThat(run.reconstruction().faults().mmapLock()).as("%s in %d bytes", capture, bytes).isLessThanOrEqualTo(whole.reconstruction().faults().mmapLock());
      assertThat(run.reconstruction().faults().vmaLock()).as("%s in %d bytes", capture, bytes).isLessThanOrEqualTo(whole.reconstruction().faults().vmaLock());
      forgotten += run.reconstruction().room().count();
    }
    assertThat(forgotten).as("%s: how often something was forgotten", capture).isPositive();
  }
}
