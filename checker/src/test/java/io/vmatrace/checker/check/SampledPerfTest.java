package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Verdict;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recording of samples (perf record -F): its events prove nothing, and the advice is not to record again what was recorded. */
class SampledPerfTest {
  private static final long FREQ = 1 << 10;

  /** As perf record --overwrite sets it (tools/perf/util/evlist.c, 6.18). */
  private static final long WRITE_BACKWARD = 1 << 27;

  @Test
  void shouldAdviseToRecordEveryOccurrence(@TempDir Path folder) throws Exception {
    Path sampled = folder.resolve("sampled.data");
    Files.write(sampled, sampled(Files.readAllBytes(Path.of("../samples/clean-6.18.15-churn-perf.data"))));

    Report report = Check.run(sampled.toString(), new Check.Options(null, false), _ -> {});

    assertThat(report.reasons()).singleElement().asString().contains("200 samples a second and of ", "record without -F and -c");
    assertThat(report.faults().vmaLock()).isZero();
  }

  /** Recorded from a shell with perf record -F 200; perf script does not print that. */
  @Test
  void shouldResolveNoFaultByWhatIsMissingEverywhere() throws Exception {
    Path printed = Path.of("src/test/resources/sampled/perf-script-F200.txt.zst");

    Report report = Check.run(printed.toString(), new Check.Options(null, false), _ -> {});

    assertThat(report.faults().total()).isEqualTo(114);
    assertThat(report.faults().vmaLock()).isZero();
    assertThat(report.faults().mmapLock()).isEqualTo(19);
    assertThat(report.mms()).isNotEmpty().allSatisfy(mm -> assertThat(mm.faults().vmaLock()).isZero());
  }

  @Test
  void shouldNotSayThatAllIsWellOfTheNewestEventsOnly(@TempDir Path folder) throws Exception {
    Path newest = folder.resolve("newest.data");
    Files.write(newest, edited(Files.readAllBytes(Path.of("../samples/clean-6.18.15-churn-perf.data")), 0, WRITE_BACKWARD));

    Report report = Check.run(newest.toString(), new Check.Options(null, false), _ -> {});

    assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(report.reasons()).singleElement().asString().contains("record without --overwrite");
  }

  /** As perf record -F 200 leaves it: in each attr sample_period is 200 and freq is set (include/uapi/linux/perf_event.h, 6.18). */
  private static byte[] sampled(byte[] capture) {
    return edited(capture, 200, FREQ);
  }

  private static byte[] edited(byte[] capture, long period, long flag) {
    ByteBuffer data = ByteBuffer.wrap(capture).order(ByteOrder.LITTLE_ENDIAN);
    int size = (int) data.getLong(16);
    int from = (int) data.getLong(24);
    int bytes = (int) data.getLong(32);
    for (int attr = from; attr < from + bytes; attr += size) {
      data.putLong(attr + 16, period == 0 ? data.getLong(attr + 16) : period);
      data.putLong(attr + 40, data.getLong(attr + 40) | flag);
    }
    return capture;
  }
}
