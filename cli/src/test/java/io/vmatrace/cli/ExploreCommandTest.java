package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExploreCommandTest {
  @Test
  void shouldSayThatAllHolds() {
    Runs.Result run = Runs.run("explore", "munmap-fault");
    assertThat(run.status()).isZero();
    assertThat(run.out()).startsWith("HOLDS  munmap-fault, lock-store-detach: ").contains("all that can be reached", "second_wait: reached after");
  }

  @Test
  void shouldShowTheScheduleOfWhatIsBroken() {
    Runs.Result run = Runs.run("explore", "munmap-fault", "--mutant", "M1");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).startsWith("BROKEN  munmap-fault, lock-store-detach+M1").contains("(detached-and-unused)", "vma_mark_detached()", "vma0.vm_refcnt 2 -> 1");
    assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);
  }

  @ParameterizedTest
  @CsvSource({"M1, 1", "M9, 0"})
  void shouldWriteJson(String mutant, int status) {
    Runs.Result run = Runs.run("explore", "munmap-fault", "--mutant", mutant, "--format", "json");
    assertThat(run.status()).isEqualTo(status);
    assertThat(Schemas.of("explore-1").validate(run.out(), InputFormat.JSON)).extracting(Error::getMessage).isEmpty();
  }

  /** A capture that check convicts, and one schedule that it does not. */
  @Test
  void shouldWriteTheScheduleAsACapture(@TempDir Path folder) throws IOException {
    Runs.Result run = Runs.run("explore", "munmap-fault", "--mutant", "M2", "--format", "ftrace");
    assertThat(run.status()).isEqualTo(1);
    Path file = Files.writeString(folder.resolve("trace.txt"), run.out());
    Runs.Result check = Runs.run("check", file.toString());
    assertThat(check.status()).isEqualTo(1);
    assertThat(check.out()).contains("R06/vms_gather_munmap_vmas");
    Files.writeString(file, Runs.run("explore", "munmap-fault", "--schedule", "0x7,1x3", "--format", "ftrace").out());
    assertThat(Runs.run("check", file.toString()).status()).isZero();
  }

  @Test
  void shouldWriteNoCaptureOfWhatHoldsOrOfNoKernel() {
    Runs.Result run = Runs.run("explore", "munmap-fault", "--format", "ftrace");
    assertThat(run.status()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("Nothing is broken");
    assertThat(Runs.run("explore", "munmap-fault", "--variant", "stop-readers", "--schedule", "0", "--format", "ftrace").status()).isEqualTo(2);
  }

  @Test
  void shouldExploreWhatACaptureHasAroundAFinding() {
    String capture = "samples/broken-fork-unlocked-fork-faults.txt.zst";
    Runs.Result run = Runs.run("explore", "--from", capture, "--at", "R72/dup_mmap");
    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("task0 is workload-164", "  task fork mm0", "HOLDS  R72/dup_mmap, lock-store-detach: around line");
    Runs.Result broken = Runs.run("explore", "--from", capture, "--mutant", "B01", "--format", "json");
    assertThat(broken.status()).isEqualTo(1);
    assertThat(Schemas.of("explore-1").validate(broken.out(), InputFormat.JSON)).extracting(Error::getMessage).isEmpty();
    assertThat(broken.out()).contains("\"cause\" : \"R72/dup_mmap\"", "fork-copy-differs");
  }

  @ParameterizedTest
  @CsvSource({
    "samples/broken-fork-unlocked-fork-faults.txt.zst, R99, 2, there are R72/dup_mmap",
    "samples/broken-fork-unlocked-fork-faults.txt.zst, 7, 2, it has the causes 1 to 2",
    "samples/clean-6.12.94-churn.txt.zst, 1, 4, check finds nothing in it",
    "samples/nowhere.txt, 1, 3, nowhere.txt"
  })
  void shouldSayWhyThereIsNothingToExplore(String capture, String at, int status, String why) {
    Runs.Result run = Runs.run("explore", "--from", capture, "--at", at);
    assertThat(run.status()).isEqualTo(status);
    assertThat(run.err()).contains(why);
  }

  @Test
  void shouldPutStepsOff(@TempDir Path folder) throws IOException {
    Runs.Result run = Runs.run("explore", "munmap-fault", "--memory", "release-acquire");
    assertThat(run.status()).isZero();
    assertThat(run.out()).startsWith("HOLDS  munmap-fault, lock-store-detach+release-acquire");
    Path file = Files.writeString(folder.resolve("my.variant"), "variant mine: vmalock seqcount owner-inside rcu-left\nprogram vma_refcount_put(vma)\n  load foreign vma.mm\n  dec v vma\n  if v == flag+1 goto wake\n  if v == flag goto wake\n  goto out\nwake:\n  wake foreign\nout:\n");
    Runs.Result broken = Runs.run("explore", "munmap-fault", "--memory", "release-acquire", "--variant", file.toString());
    assertThat(broken.status()).isEqualTo(1);
    assertThat(broken.out()).contains("puts off: set_pte mm first vma", "late: set_pte mm first vma");
    assertThat(Runs.run("explore", "munmap-fault", "--variant", file.toString()).status()).isZero();
    assertThat(Runs.run("explore", "munmap-fault", "--memory", "tso").status()).isEqualTo(2);
    assertThat(Runs.run("explore", "munmap-fault", "--memory", "release-acquire", "--dot").status()).isEqualTo(2);
  }

  @Test
  void shouldSayThatItGaveUp() {
    Runs.Result run = Runs.run("explore", "reuse", "--most", "50");
    assertThat(run.status()).isEqualTo(4);
    assertThat(run.out()).startsWith("UNKNOWN").contains("not all that can be reached (--most)");
  }

  @Test
  void shouldTakeAVariantFromAFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("my.variant");
    Files.writeString(file, "variant mine: vmalock seqcount owner-inside\nprogram vma_mark_detached(vma, mm)\n  dec v vma\n  detached_and_unused vma\n");
    Runs.Result run = Runs.run("explore", "munmap-fault", "--variant", file.toString());
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).contains("munmap-fault, mine");
  }

  @Test
  void shouldTakeScenariosFromAFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("scenarios.txt");
    Files.writeString(file, "scenario one: nobody else\n  mms 1  pages 1  vmas 1\n  map mm0 0 0\n  task munmap mm0 0 0\n");
    Runs.Result run = Runs.run("explore", "--scenarios", file.toString());
    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("one, lock-store-detach: nobody else");
  }

  /** A slip in a file is one line, and never another world or another protocol than was meant. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock = """
          map mm0 0 5                  | mm0 0 5: there are mms 0 to 0 with pages 0 to 1
          map mm1 0 0                  | mm1 0 0: there are mms 0 to 0
          map mm0 0                    | a range is an mm
          map mm0 0 0;map mm0 0 1      | two VMAs are mapped at page 0
          map mm0 0 0;map mm0 1 1      | 2 VMAs are mapped, and there are 1
          task munmap mm0 1 0          | munmap mm0 1 0: there are mms
          task munmap mm0 0 7          | munmap mm0 0 7
          task munmap mm3 0 0          | munmap mm3 0 0
          task munmap mm0              | line 3 cannot be read: an operation is a program
          task munmap mm0 0 99999999999 | a number is meant, not 99999999999
          task munmap 0 0 0            | an mm is meant, such as mm0, not 0
          task mremap mm0 0 1 1        | mremap mm0 0 1 1
          task fork mm0 0 0 mm2        | fork mm0 0 0 mm2
          with low-limits              | no line asks for low-limits
          scenario one: again          | two scenarios are called one
          """)
  void shouldSayWhatIsWrongInScenarios(String lines, String said, @TempDir Path folder) throws IOException {
    Path file = folder.resolve("scenarios.txt");
    Files.writeString(file, "scenario one: nobody else\n  mms 1  pages 2  vmas 1\n" + lines.replace(';', '\n') + "\n  task fault mm0 0 0\n");
    shouldBeWrong(Runs.run("explore", "--scenarios", file.toString()), said);
  }

  @Test
  void shouldSayWhatIsNoScenarioAtAll(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("scenarios.txt");
    Files.writeString(file, "");
    shouldBeWrong(Runs.run("explore", "--scenarios", file.toString()), "it has no line scenario NAME: TEXT");
    Files.write(file, new byte[] {'a', (byte) 0xff, (byte) 0xfe});
    shouldBeWrong(Runs.run("explore", "--scenarios", file.toString()), "it is no text in UTF-8");
    shouldBeWrong(Runs.run("explore", "--scenarios", folder.resolve("none").toString()), "there is no such file");
  }

  @Test
  void shouldKnowWhatAVariantAsksFor(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("my.variant");
    Files.writeString(file, "variant mine: vmalock seqcount owner-insied\n");
    shouldBeWrong(Runs.run("explore", "munmap-fault", "--variant", file.toString()), "no line asks for owner-insied; did you mean owner-inside?");
    Files.writeString(file, "variant mine: vmalock seqcount owner-inside my-own\nprogram vma_mark_detached(vma, mm)\n  [my-own] dec v vma\n");
    assertThat(Runs.run("explore", "munmap-fault", "--variant", file.toString()).err()).isEmpty();
  }

  private static void shouldBeWrong(Runs.Result run, String said) {
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(said).doesNotContain("internal error").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({"munmap-falt, munmap-fault", "--variant=rwsm, rwsem", "--mutant=M99, M9", "--most=0, at least one state"})
  void shouldSayWhatIsMeant(String argument, String said) {
    Runs.Result run = Runs.run("explore", argument);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains(said).doesNotContain("\tat ");
  }

  @Test
  void shouldNameWhatThereIs() {
    Runs.Result run = Runs.run("explore", "--list");
    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("munmap-fault", "store-lock-detach-as-posted", "M1");
  }
}
