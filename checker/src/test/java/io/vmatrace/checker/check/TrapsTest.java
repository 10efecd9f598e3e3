package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What looks like a bug and is none: real captures, edited so that it happens again and again, have no finding, not even a possible one. */
class TrapsTest {
  private static final Path EVENT_PROBES = Path.of("src/test/resources/eventprobes");
  private static final Pattern MADE = Pattern.compile(": vm_area_(?:alloc|dup)_ret: .*\\) vma=0x(\\w{16})\\b");
  private static final Pattern FREED = Pattern.compile(": vm_area_free: .*\\) vma=0x(\\w{16})\\b");
  private static final Pattern POINTER = Pattern.compile("\\bff\\w{14}\\b|(?<=0x)ff\\w{14}\\b");

  /** R52: fork and brk store a VMA and then attach it, mmap does the reverse; here fork does as mmap does. */
  @Test
  void shouldNotReportAVmaThatIsAttachedBeforeItIsStored() {
    List<String> lines = new ArrayList<>(RealCaptures.lines(EVENT_PROBES.resolve("fork-faults-7.2.13.txt.zst")));
    assertThat(lines).filteredOn(line -> line.contains(": ma_write_vma: ") && line.contains(" refcnt=0x0 ")).hasSizeGreaterThan(20);
    lines.replaceAll(line -> line.contains(": ma_write_vma: ") ? line.replace(" refcnt=0x0 ", " refcnt=0x1 ") : line);
    assertThat(findings(lines)).isEmpty();
  }

  /** R52, the reverse: each VMA that is stored for the first time is attached after that. */
  @Test
  void shouldNotReportAVmaThatIsStoredBeforeItIsAttached() {
    List<String> lines = new ArrayList<>(RealCaptures.lines(EVENT_PROBES.resolve("churn-7.2.13.txt.zst")));
    Set<String> known = new HashSet<>();
    int stored = 0;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      boolean isNew = line.contains(": ma_write_vma: ") && line.contains(" refcnt=0x1 ") && POINTER.matcher(line).results().limit(1).noneMatch(vma -> known.contains(vma.group()));
      if (isNew) {
        lines.set(i, line.replace(" refcnt=0x1 ", " refcnt=0x0 "));
        stored++;
      }
      if (line.contains(": ma_write_vma: ")) {
        POINTER.matcher(line).results().limit(1).forEach(vma -> known.add(vma.group()));
      }
    }
    assertThat(stored).isGreaterThan(5);
    assertThat(findings(lines)).isEmpty();
  }

  /** R63: a VMA is its address and its incarnation. Each new VMA has the address of the one that was freed last, whichever mm that was of. */
  @ParameterizedTest
  @ValueSource(strings = {"6.16.12-churn", "6.18.15-calls", "7.2.13-churn", "7.2.13-fault-race", "7.2.13-fork-faults", "7.3.4-mixed"})
  void shouldNotTakeANewVmaForTheOneThatHadItsAddress(String name) {
    List<String> lines = RealCaptures.lines(Path.of("../samples/clean-" + name + ".txt.zst"));
    List<String> before = findings(lines);
    List<String> reused = new ArrayList<>();
    assertThat(reuse(lines, reused)).isGreaterThan(10);
    assertThat(findings(reused)).isEqualTo(before).isEmpty();
  }

  /** How often an address is used again at once. */
  private static int reuse(List<String> lines, List<String> reused) {
    Map<String, String> addresses = new HashMap<>();
    Deque<String> free = new ArrayDeque<>();
    int times = 0;
    for (String line : lines) {
      Matcher made = MADE.matcher(line);
      if (made.find()) {
        times += free.isEmpty() ? 0 : 1;
        addresses.put(made.group(1), free.isEmpty() ? "ff99%012x".formatted(reused.size() << 8) : free.removeLast());
      }
      reused.add(POINTER.matcher(line).replaceAll(pointer -> addresses.getOrDefault(pointer.group(), pointer.group())));
      Matcher freed = FREED.matcher(line);
      if (freed.find()) {
        String address = addresses.remove(freed.group(1));
        free.add(address == null ? freed.group(1) : address);
      }
    }
    return times;
  }

  /** M17: a VMA that fork does not copy (VM_DONTCOPY) need not be write-locked for it. */
  @Test
  void shouldNotReportAForkThatLeavesWhatItDoesNotCopyUnlocked() {
    Lines lines = new Lines("clean-7.2.13-fork-faults");
    int copied = lines.find(": vm_area_dup_ret: (dup_mmap");
    String copy = lines.event(copied).value("vma");
    String original = lines.event(copied).value("orig");
    int left = lines.findBefore(copied, ": __vma_start_write: (__vma_start_write+0x4/0xe0) vma=" + original + " ");
    int locked = lines.findBefore(copied, ": __vma_start_write_ret: (dup_mmap");
    assertThat(lines.event(locked).value("vma")).isEqualTo(original);
    int freed = lines.find(1, copied, ": vm_area_free: ", ") vma=" + copy + " ");
    for (int i = freed; i >= copied; i--) {
      if (lines.lines().get(i).contains(copy.substring(2))) {
        lines.remove(i);
      }
    }
    lines.remove(locked);
    lines.leaveUnlocked(left);
    assertThat(findings(lines.lines())).isEmpty();
  }

  private static List<String> findings(List<String> lines) {
    RealCaptures.Outcome outcome = RealCaptures.run(RealCaptures.join(lines));
    return outcome.rules().findings().stream().filter(found -> outcome.recorded().missing(found.rule()) == null).map(found -> found.at() + " " + found.rule().id() + " " + found.message()).toList();
  }
}
