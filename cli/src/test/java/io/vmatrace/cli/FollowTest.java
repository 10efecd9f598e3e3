package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.luben.zstd.ZstdInputStream;
import io.vmatrace.parser.input.StoppableStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code check --follow}: captures that are read while they are made. */
class FollowTest {
  private static final Path SAMPLE = Path.of("samples/broken-fork-unlocked-fork-faults.txt.zst");

  @TempDir Path folder;

  /** What has come is judged before more comes: the rest is written only when a finding has been printed. */
  @Test
  void shouldPrintFindingsBeforeThePipeEnds() throws Exception {
    Path text = folder.resolve("text");
    try (var in = new ZstdInputStream(Files.newInputStream(SAMPLE))) {
      Files.copy(in, text);
    }
    List<String> lines = Files.readAllLines(text);
    Path pipe = folder.resolve("pipe");
    assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "no pipe can be made here");
    int half = lines.size() / 2;
    Process writer = new ProcessBuilder("sh", "-c", "exec 3> '%s'; head -n %d '%s' >&3; sleep 3; tail -n +%d '%s' >&3".formatted(pipe, half, text, half + 1, text)).start();
    Runs.Result followed = Runs.run("check", "--follow", pipe.toString());
    assertThat(writer.waitFor()).isZero();
    assertThat(followed.status()).isEqualTo(1);
    List<String> early = followed.out().lines().takeWhile(line -> line.matches("R\\d+ at line \\d+: .*")).toList();
    assertThat(early).isNotEmpty().first().asString().startsWith("R72 at line ");
    assertThat(followed.out().lines().skip(early.size())).first().asString().startsWith("VIOLATION");
    // the first count is that of the first half, which came three seconds before the second
    assertThat(followed.err()).containsPattern("vmatrace: [0-9,]+ events, [1-9][0-9,]* findings\n");
    Runs.Result read = Runs.run("check", text.toString());
    assertThat(followed.out()).endsWith(read.out().substring(read.out().lastIndexOf("\nInput\n")));
  }

  @Test
  void shouldWaitAtTheEndOfAFileThatGrows() throws Exception {
    Path file = Files.writeString(folder.resolve("grows"), "one");
    try (StoppableStream stream = StoppableStream.following(file)) {
      assertThat(stream.readNBytes(3)).asString(StandardCharsets.US_ASCII).isEqualTo("one");
      assertThat(stream.available()).isZero();
      Thread later =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      Thread.sleep(200);
                      Files.writeString(file, "two", StandardOpenOption.APPEND);
                      Thread.sleep(200);
                    } catch (Exception e) {
                      throw new IllegalStateException(e);
                    } finally {
                      stream.stop();
                    }
                  });
      assertThat(stream.readAllBytes()).asString(StandardCharsets.US_ASCII).isEqualTo("two");
      later.join();
    }
  }

  @Test
  void shouldFollowOneCaptureInText() {
    assertThat(Runs.run("check", "--follow", SAMPLE.toString(), SAMPLE.toString()).err()).startsWith("vmatrace: --follow reads one file or - while it is made");
    assertThat(Runs.run("check", "--follow", "samples").err()).startsWith("vmatrace: --follow reads one file or - while it is made");
    assertThat(Runs.run("check", "--follow", "--format", "json", SAMPLE.toString()).err()).startsWith("vmatrace: --follow prints findings as they come, in text");
  }
}
