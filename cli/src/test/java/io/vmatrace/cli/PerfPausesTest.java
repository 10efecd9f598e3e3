package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A perf.data in which the kernel throttled an event: a pause, of which nothing says how many events it left out. */
class PerfPausesTest {
  private static final int HEADER = 104;
  private static final int ATTR = 112;
  private static final int COMM = 3;
  private static final int THROTTLE = 5;
  private static final int UNTHROTTLE = 6;
  private static final int SAMPLE = 9;
  private static final long IP_TID_TIME = 1 | 2 | 4;
  private static final long SAMPLE_ID_ALL = 1 << 18;

  @TempDir Path folder;
  private String path = "";

  /** One event (cpu-clock) and two samples, throttled once between them; include/uapi/linux/perf_event.h has the structures. */
  @BeforeEach
  void write() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(1_000).order(ByteOrder.LITTLE_ENDIAN);
    record(data, COMM, 16).putInt(700).putInt(700).put("probe\0\0\0".getBytes(StandardCharsets.US_ASCII)).putInt(700).putInt(700).putLong(1_000);
    sample(data, 1_000_000);
    pause(data, THROTTLE, 1_100_000);
    pause(data, UNTHROTTLE, 5_000_000);
    sample(data, 5_100_000);
    ByteBuffer file = ByteBuffer.allocate(HEADER + ATTR + 16 + data.position()).order(ByteOrder.LITTLE_ENDIAN);
    file.put("PERFILE2".getBytes(StandardCharsets.US_ASCII)).putLong(HEADER).putLong(ATTR + 16).putLong(HEADER).putLong(ATTR + 16).putLong(HEADER + ATTR + 16).putLong(data.position());
    file.position(HEADER);
    file.putInt(1).putInt(ATTR).putLong(0).putLong(250_000).putLong(IP_TID_TIME).putLong(0).putLong(SAMPLE_ID_ALL);
    file.position(HEADER + ATTR + 16);
    file.put(data.flip());
    path = Files.write(folder.resolve("perf-throttle.data"), file.array()).toString();
  }

  private static ByteBuffer record(ByteBuffer to, int type, int body) {
    return to.putInt(type).putShort((short) 0).putShort((short) (8 + body + 16));
  }

  private static void sample(ByteBuffer to, long time) {
    to.putInt(SAMPLE).putShort((short) 2).putShort((short) 32).putLong(0x401000).putInt(700).putInt(700).putLong(time);
  }

  private static void pause(ByteBuffer to, int type, long time) {
    record(to, type, 24).putLong(time).putLong(1).putLong(1).putInt(700).putInt(700).putLong(time);
  }

  @Test
  void shouldSayFromWhenToWhenEventsAreMissing() {
    String text = Runs.run("info", path).out();
    assertThat(text).contains("Missing  events, how many is not said", "0.001100000 (event 2) and 0.005000000 (event 3)").doesNotContain("1 events");
    assertThat(text.lines().filter(line -> line.contains("throttled"))).hasSize(1);
    assertThat(text).contains("the events do not say on which they were");
    String json = Runs.run("info", "--format", "json", path).out();
    assertThat(Schemas.of("info-1").validate(json, InputFormat.JSON)).isEmpty();
    JsonNode capture = JsonMapper.shared().readTree(json).at("/captures/0");
    assertThat(capture.path("losses").size()).isEqualTo(1);
    assertThat(capture.at("/losses/0/count").isNull()).isTrue();
    assertThat(capture.at("/input/lost").asLong()).isZero();
    assertThat(capture.at("/input/uncountedLosses").asLong()).isEqualTo(1);
  }

  @Test
  void shouldGiveNoVerdictAndNoNumber() {
    Runs.Result result = Runs.run("check", path);
    assertThat(result.status()).isEqualTo(4);
    assertThat(result.out()).containsIgnoringNewLines("the kernel paused an event that came too often", "kernel.perf_event_max_sample_rate").doesNotContain("1 event", "buffer_size_kb");
  }

  @Test
  void shouldKeepLabelAndValueApart() {
    assertThat(Runs.run("info", "samples/clean-6.18.15-churn-perf.data").out()).contains("architecture  x86_64");
  }
}
