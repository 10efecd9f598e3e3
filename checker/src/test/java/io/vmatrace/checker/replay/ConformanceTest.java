package io.vmatrace.checker.replay;

import io.vmatrace.checker.engine.Variant;
import io.vmatrace.checker.mm.Generation;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConformanceTest {
  static Stream<Path> captures() throws Exception {
    try (Stream<Path> a = Files.list(Path.of("../../shared/captures/clean")); Stream<Path> b = Files.list(Path.of("../../shared/captures/broken"))) {
      return Stream.concat(a, b).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("captures")
  void shouldX(Path path) throws Exception {
    try (Capture capture = Captures.open(path.toString(), CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      String n = path.getFileName().toString();
      Variant variant = Variant.of(n.startsWith("6.12") ? Generation.RWSEM : n.startsWith("6.1") ? Generation.REFCOUNT : Generation.EXCLUDE_READERS);
      Conformance c = new Conformance(variant);
      MmReconstruction r = new MmReconstruction(c);
      capture.decode(b -> { r.apply(b); return true; }, false, _ -> {});
      r.finish();
      Trial t = c.trial();
      t.finish();
      System.out.println("@@ " + n + " steps " + t.steps + " values " + t.values + " refused " + t.refusalCount() + " lookups " + t.granted + "/" + t.refused + " second " + t.secondWaits + "/" + t.secondWaitsExplained + " faults " + t.faults());
      t.refusals().stream().limit(4).forEach(x -> System.out.println("@@    " + x.moment().at() + " " + x.step() + " saw " + x.observed() + " allowed " + x.allowed() + " [" + x.state() + "] vma " + Long.toHexString(x.vma()) + " task " + x.task()));
    }
  }
}
