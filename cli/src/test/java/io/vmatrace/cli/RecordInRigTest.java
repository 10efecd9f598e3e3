package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Recording with probes, on kernels of its own under QEMU: {@code -Dvmatrace.rig=6.12.94,6.18.15,7.2.13,7.3.4} after {@code mvn -Pdist package},
 * four minutes for each.
 */
@Tag("rig")
class RecordInRigTest {
  private static final List<String> SIGNALS = List.of("KILL", "TERM", "INT");
  private static final List<String> VICTIMS = List.of("recorder", "both", "command");

  @TempDir Path folder;

  private static List<String> kernels() {
    String kernels = System.getProperty("vmatrace.rig", "");
    assumeTrue(!kernels.isEmpty(), "takes minutes: -Dvmatrace.rig=KERNEL,... runs it");
    return List.of(kernels.split(",", -1));
  }

  /** {@code -Dvmatrace.kills=25} of each kernel: at random moments, from before anything is set up to after the end. */
  @Test
  void shouldLeaveNothingBehindWhenItIsKilled() throws Exception {
    List<String> kernels = kernels();
    int kills = Integer.getInteger("vmatrace.kills", 25);
    long seed = Long.getLong("vmatrace.seed", System.nanoTime());
    Random random = new Random(seed);
    RigGuest guest = new RigGuest(folder.resolve("root"));
    int number = 0;
    int captures = 0;
    for (String kernel : kernels) {
      StringBuilder plan = new StringBuilder();
      for (int i = 0; i < kills; i++, number++) {
        plan.append("%d %s %s %d%n".formatted(number, SIGNALS.get(number % 3), VICTIMS.get(number / 3 % 3), random.nextInt(1_100)));
      }
      guest.script("kills", plan.toString());
      Path out = folder.resolve(kernel);
      guest.run(kernel, "kills.sh", out, 1_800);
      List<String> results = Files.readAllLines(out.resolve("results"));
      results.forEach(result -> System.out.println(kernel + ": " + result));
      assertThat(results).as("seed %d", seed).hasSize(kills + 1).first().asString().endsWith(" status 0");
      assertThat(results.subList(1, results.size())).as("seed %d", seed).allMatch(result -> result.endsWith("; left: nothing"));
      captures += read(out);
    }
    assertThat(captures).isGreaterThan(kernels.size());
  }

  /** A CPU that is offline has a buffer as long as it was online before in this recording. */
  @Test
  void shouldRecordWhileACpuComesAndGoes() throws Exception {
    List<String> kernels = kernels();
    RigGuest guest = new RigGuest(folder.resolve("root"));
    for (String kernel : kernels) {
      Path out = folder.resolve(kernel);
      guest.run(kernel, "offline.sh", out, 600);
      List<String> results = Files.readAllLines(out.resolve("results"));
      results.forEach(result -> System.out.println(kernel + ": " + result));
      assertThat(results).hasSize(3).allMatch(result -> result.matches("\\w+: status 0, left: {2}0 probes, says: vmatrace: [0-9,]+ events in [0-9.]+ s, no event lost: .*"));
      assertThat(read(out)).isEqualTo(3);
      for (Path capture : List.of(out.resolve("goes.dat"), out.resolve("comes.dat"), out.resolve("away.dat"))) {
        assertThat(Runs.run("check", capture.toString()).status()).isZero();
        assertThat(Runs.run("info", capture.toString()).out()).contains(capture.endsWith("away.dat") ? " 1 of 2 had events" : " 2 of 2 had events");
      }
    }
  }

  /** Reads all that was recorded; how many captures that were. */
  private static int read(Path out) throws IOException {
    List<Path> captures;
    try (Stream<Path> left = Files.list(out)) {
      captures = left.filter(file -> file.toString().endsWith(".dat") || file.toString().endsWith(".pages")).sorted().toList();
    }
    for (Path capture : captures) {
      Runs.Result checked = Runs.run("check", "--allow-inconclusive", capture.toString());
      System.out.println(out.getFileName() + ": " + checked.out().lines().takeWhile(line -> !line.isEmpty()).collect(Collectors.joining(" ")));
      assertThat(checked.status()).as("%s %s%s", capture, checked.out(), checked.err()).isZero();
    }
    return captures.size();
  }
}
