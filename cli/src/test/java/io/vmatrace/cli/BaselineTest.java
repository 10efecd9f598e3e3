package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is known does not fail a run, and is reported; everything else does. */
class BaselineTest {
  private static final String FORK = "samples/broken-fork-unlocked-fork-faults.txt.zst";
  private static final String FREE = "samples/broken-free-attached-churn.txt.zst";
  private static final String CLEAN = "samples/clean-7.2.13-churn.txt.zst";

  @TempDir
  private Path folder;

  private Path baseline;

  @BeforeEach
  void inAFolder() {
    baseline = folder.resolve("known.txt");
  }

  @Test
  void shouldFailForCausesThatAreNotInTheBaselineOnly() throws IOException {
    Runs.Result made = Runs.run("check", "--baseline", baseline.toString(), "--update-baseline", FORK, CLEAN);
    assertThat(made.status()).as(made.err()).isZero();
    assertThat(Files.readAllLines(baseline)).filteredOn(line -> !line.startsWith("#")).containsExactly("R72/dup_mmap");
    assertThat(made.err()).contains("has 1 cause now: 1 added, 0 gone");

    Runs.Result known = Runs.run("check", "--baseline", baseline.toString(), FORK);
    assertThat(known.status()).isZero();
    assertThat(known.out()).contains("OK for", "155 violations are known", "R72/dup_mmap", "known: the baseline has it");

    Runs.Result other = Runs.run("check", "--baseline", baseline.toString(), FREE, FORK);
    assertThat(other.status()).isEqualTo(1);
    assertThat(other.out()).contains("VIOLATION  " + FREE, "OK  " + FORK);
  }

  @Test
  void shouldLeaveTheBaselineWhereACaptureCannotBeRead() throws IOException {
    Files.writeString(baseline, "R59/vm_area_free # ours\n");
    Runs.Result result = Runs.run("check", "--baseline", baseline.toString(), "--update-baseline", FORK, folder.resolve("none.txt").toString());
    assertThat(result.status()).isEqualTo(3);
    assertThat(result.err()).contains("is left as it is");
    assertThat(baseline).hasContent("R59/vm_area_free # ours\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          no-such-file          |                  | no such file
          known.txt             | what is this     | line 1 is no cause
          known.txt             | R9999/dup_mmap   | line 1 is no cause
          known.txt             | R72/             | line 1 is no cause
          """)
  void shouldRefuseWhatIsNoBaseline(String name, String content, String says) throws IOException {
    if (content != null) {
      Files.writeString(folder.resolve(name), content);
    }
    Runs.Result result = Runs.run("check", "--baseline", folder.resolve(name).toString(), FORK);
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains(says).doesNotContain("at io.vmatrace");
  }

  /** What a run was not to check, or could not, is still known after it; and comments stay behind their causes. */
  @Test
  void shouldKeepWhatTheRunCouldNotFind() throws IOException {
    Path known = Files.writeString(folder.resolve("known.txt"), "R72/dup_mmap  # the fork without locks\nR59/vm_area_free\n");
    assertThat(Runs.run("check", "--rules", "R59", "--baseline", known.toString(), "--update-baseline", FORK).err()).contains("has 1 cause now: 0 added, 1 gone");
    assertThat(Files.readString(known)).contains("R72/dup_mmap  # the fork without locks\n").doesNotContain("R59/");
    byte[] whole = Files.readAllBytes(Path.of(FORK));
    Path part = Files.write(folder.resolve("part.txt.zst"), Arrays.copyOf(whole, whole.length / 3));
    assertThat(Runs.run("check", "--baseline", known.toString(), "--update-baseline", part.toString()).err()).contains(" 0 gone");
    assertThat(Files.readString(known)).contains("R72/dup_mmap  # the fork without locks\n");
  }

  @Test
  void shouldCheckOnlyTheRulesThatAreWanted() {
    assertThat(Runs.run("check", "--rules", "r59,R18", FORK).out()).contains("OK for", " of 2 rules");
    assertThat(Runs.run("check", "--rules", "R72", FORK).status()).isEqualTo(1);
    assertThat(Runs.run("check", "--severity", "memory-safety", FORK).status()).isEqualTo(1);
    assertThat(Runs.run("check", "--rules", "R72", "--severity", "wrong-result", FORK).status()).isEqualTo(1);
    assertThat(Runs.run("check", "--rules", "R999", FORK)).returns(2, Runs.Result::status).extracting(Runs.Result::err).asString().contains("no rule has the id R999");
    assertThat(Runs.run("check", "--severity", "memory", FORK)).returns(2, Runs.Result::status).extracting(Runs.Result::err).asString().contains("no severity is called memory");
    assertThat(Runs.run("check", "--update-baseline", FORK)).returns(2, Runs.Result::status).extracting(Runs.Result::err).asString().contains("wants --baseline FILE");
  }

  @Test
  void shouldFailFromASeverityOn() {
    assertThat(Runs.run("check", "--fail-on", "memory-safety", FORK).status()).isEqualTo(1);
    assertThat(Runs.run("check", "--fail-on", "performance", FORK).status()).isEqualTo(1);
    Runs.Result hang = Runs.run("check", "--fail-on", "memory-safety", "src/test/resources/none");
    assertThat(hang.status()).isEqualTo(3);
  }
}
