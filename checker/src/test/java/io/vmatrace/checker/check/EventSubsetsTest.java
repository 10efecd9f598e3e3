package io.vmatrace.checker.check;

import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.report.Report;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.EventKind.Source;
import io.vmatrace.parser.event.specs.EventKinds;
import io.vmatrace.parser.event.specs.SchedEvents;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A recording of a clean kernel with any choice of events is not convicted: the recording may lack any event.
 * Each recording is seeded by its number; -Dvmatrace.subsets=10000 checks more of them.
 */
@Tag("soundness")
class EventSubsetsTest {
  private static final int SUBSETS = Integer.getInteger("vmatrace.subsets", 400);

  /** Events that are switched on and off together. */
  private static final List<Set<EventKind>> GROUPS =
      List.of(
          kinds(kind -> kind.source() == Source.SYSCALL_ENTER),
          kinds(kind -> kind.source() == Source.SYSCALL_EXIT),
          kinds(kind -> kind.source() == Source.SYSCALL_ENTER || kind.source() == Source.SYSCALL_EXIT),
          kinds(kind -> kind.source() == Source.PROBE_ENTRY),
          kinds(kind -> kind.source() == Source.PROBE_RETURN),
          kinds(kind -> kind.source() == Source.PROBE_ENTRY || kind.source() == Source.PROBE_RETURN),
          kinds(kind -> kind.name().startsWith("MMAP_LOCK_")),
          kinds(kind -> kind.name().startsWith("PAGE_FAULT_")),
          kinds(kind -> kind.name().startsWith("MA_")),
          kinds(kind -> kind.name().startsWith("SCHED_") || kind == SchedEvents.TASK_NEWTASK),
          kinds(kind -> kind.name().startsWith("VM_AREA_")),
          kinds(kind -> kind.name().startsWith("VMS_")),
          kinds(kind -> kind.name().startsWith("VMA_")),
          kinds(kind -> kind.name().startsWith("LOCK_VMA_") || kind.name().startsWith("HANDLE_MM_FAULT")),
          kinds(kind -> kind.name().startsWith("DUP_MMAP") || kind.name().contains("EXIT_MMAP")));

  @Test
  void shouldNotConvictWhateverKindsOfEventsAreMissing() {
    List<DecodedCapture> captures = DecodedCapture.all(RealCaptures.clean());
    Convictions convictions = new Convictions();
    for (int seed = 0; seed < SUBSETS; seed++) {
      Random random = new Random(seed * 7_919L);
      DecodedCapture capture = captures.get(random.nextInt(captures.size()));
      convictions.checkWithout(capture, missing(capture, random), "seed " + seed);
    }
    convictions.assertNone();
  }

  @Test
  void shouldNotConvictWhenTwoKindsOfEventsAreMissing() {
    List<DecodedCapture> captures = DecodedCapture.all(RealCaptures.clean());
    Convictions convictions = new Convictions();
    for (int seed = 0; seed < SUBSETS; seed++) {
      Random random = new Random(seed * 7_919L);
      DecodedCapture capture = captures.get(random.nextInt(captures.size()));
      convictions.checkWithout(capture, some(capture, random, 1 + seed % 2), "seed " + seed);
    }
    convictions.assertNone();
  }

  @Test
  void shouldSayTheSameOfAFileThatLacksTheLines(@TempDir Path folder) throws Exception {
    List<DecodedCapture> captures = DecodedCapture.all(RealCaptures.clean().limit(12));
    for (int seed = 0; seed < 24; seed++) {
      Random random = new Random(seed);
      DecodedCapture capture = captures.get(seed % captures.size());
      Set<EventKind> missing = missing(capture, random);
      DecodedCapture.Kept kept = (events, i) -> !missing.contains(events.kind(i));
      Path file = Files.write(folder.resolve(seed + ".txt"), capture.text(kept), StandardCharsets.ISO_8859_1);
      Report ofFile = Check.run(file.toString(), new Check.Options(null, false), _ -> {});
      Report ofEvents = capture.check(kept);
      String what = "%s, seed %d without %s".formatted(capture.name(), seed, missing);
      assertThat(ofEvents.rules()).as(what).isEqualTo(ofFile.rules());
      assertThat(ofEvents.verdict()).as(what).isEqualTo(ofFile.verdict());
      assertThat(ofEvents.faults()).as(what).isEqualTo(ofFile.faults());
    }
  }

  private static Set<EventKind> missing(DecodedCapture capture, Random random) {
    Set<EventKind> missing =
        switch (random.nextInt(6)) {
          case 0, 1 -> some(capture, random, 1 + random.nextInt(5));
          case 2 -> some(capture, random, capture.kinds().size() - 1 - random.nextInt(6));
          case 3 -> some(capture, random, random.nextInt(capture.kinds().size()));
          case 4 -> groups(random, 1 + random.nextInt(3));
          default -> {
            Set<EventKind> both = groups(random, 1 + random.nextInt(2));
            both.addAll(some(capture, random, 1 + random.nextInt(4)));
            yield both;
          }
        };
    missing.retainAll(capture.kinds());
    return missing;
  }

  private static Set<EventKind> some(DecodedCapture capture, Random random, int count) {
    List<EventKind> kinds = new ArrayList<>(capture.kinds());
    if (random.nextBoolean() && kinds.removeIf(EventSubsetsTest::isOfLittleConsequence)) {
      count = Math.min(count, kinds.size() - 1);
    }
    Collections.shuffle(kinds, random);
    Set<EventKind> some = new TreeSet<>(DecodedCapture.BY_NAME);
    some.addAll(kinds.subList(0, count));
    return some;
  }

  private static boolean isOfLittleConsequence(EventKind kind) {
    return kind.isIgnored() || kind.source() == Source.SYSCALL_ENTER || kind.source() == Source.SYSCALL_EXIT;
  }

  private static Set<EventKind> groups(Random random, int count) {
    Set<EventKind> missing = new TreeSet<>(DecodedCapture.BY_NAME);
    for (int i = 0; i < count; i++) {
      missing.addAll(GROUPS.get(random.nextInt(GROUPS.size())));
    }
    return missing;
  }

  private static Set<EventKind> kinds(Predicate<EventKind> wanted) {
    return EventKinds.all().stream().filter(not(kind -> kind.source() == Source.MARKER)).filter(wanted).collect(Collectors.toCollection(() -> new TreeSet<>(DecodedCapture.BY_NAME)));
  }
}
