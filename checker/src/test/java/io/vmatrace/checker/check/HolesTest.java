package io.vmatrace.checker.check;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.EventKind.Source;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A recording of a clean kernel with a hole that no mark shows is not convicted: recording was off for a while, lines were deleted, a buffer
 * was full, or one task was left out. Each hole is seeded by its number, and every other one is in a recording without system calls.
 * -Dvmatrace.holes=500 makes so many holes of each sort.
 */
@Tag("soundness")
class HolesTest {
  private static final int HOLES = Integer.getInteger("vmatrace.holes", 60);

  /** Fewer events may be what a system call lacks, which is what a violation looks like: one that never gave a lock back, or never took it. */
  private static final int[] LENGTHS = {20, 30, 50, 100, 300, 1_000};

  /** One hole in so many may hide just what makes a violation of one system call: a release, a detach, or an allocation in one section. */
  private static final int RARE = 100;

  private static final List<DecodedCapture> CAPTURES = DecodedCapture.all(RealCaptures.clean());

  /** What is missing. */
  enum Hole {
    ALL_CPUS {
      @Override
      IntPredicate missing(EventBatch events, Random random) {
        return during(events, random);
      }
    },
    ONE_CPU {
      @Override
      IntPredicate missing(EventBatch events, Random random) {
        IntPredicate during = during(events, random);
        return onOneCpu(events, random).and(during);
      }
    },
    SINGLE_EVENTS {
      @Override
      IntPredicate missing(EventBatch events, Random random) {
        int[] calls = IntStream.range(0, events.size()).filter(i -> isNoReturn(events.kind(i))).toArray();
        EventKind kind = events.kind(calls[random.nextInt(calls.length)]);
        int[] ofKind = IntStream.of(calls).filter(i -> events.kind(i) == kind).toArray();
        Set<Integer> missing = new HashSet<>();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
          missing.add(ofKind[random.nextInt(ofKind.length)]);
        }
        return missing::contains;
      }
    },
    ONE_TASK {
      @Override
      IntPredicate missing(EventBatch events, Random random) {
        int task = events.task(random.nextInt(events.size()));
        return i -> events.task(i) == task;
      }
    },
    ALL_BUT_ONE_TASK {
      @Override
      IntPredicate missing(EventBatch events, Random random) {
        int task = events.task(random.nextInt(events.size()));
        return i -> events.task(i) != task;
      }
    },
    HEAD_OF_A_CPU {
      @Override
      IntPredicate missing(EventBatch events, Random random) {
        int end = random.nextInt(events.size());
        return onOneCpu(events, random).and(i -> i < end);
      }
    },
    TAIL_OF_A_CPU {
      @Override
      IntPredicate missing(EventBatch events, Random random) {
        int begin = random.nextInt(events.size());
        return onOneCpu(events, random).and(i -> i >= begin);
      }
    };

    /** Which events a hole takes out. */
    abstract IntPredicate missing(EventBatch events, Random random);

    private static IntPredicate during(EventBatch events, Random random) {
      int first = random.nextInt(events.size());
      int last = Math.min(events.size() - 1, first + LENGTHS[random.nextInt(LENGTHS.length)]);
      long from = events.time(first);
      long to = events.time(last);
      return i -> events.time(i) >= from && events.time(i) <= to;
    }

    private static IntPredicate onOneCpu(EventBatch events, Random random) {
      int cpu = events.cpu(random.nextInt(events.size()));
      return i -> events.cpu(i) == cpu;
    }

    private static boolean isNoReturn(EventKind kind) {
      boolean isOfTheLock = kind.name().startsWith("MMAP_LOCK_"); // in a system call, that is what a violation looks like
      return kind.source() != Source.MARKER && kind.source() != Source.PROBE_RETURN && !kind.isIgnored() && !isOfTheLock;
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldNotConvictForAHole(Hole hole) {
    Convictions convictions = new Convictions();
    for (int seed = 0; seed < HOLES; seed++) {
      Random random = new Random(seed * 7_919L + hole.ordinal());
      DecodedCapture capture = CAPTURES.get(random.nextInt(CAPTURES.size()));
      IntPredicate missing = hole.missing(capture.events(), random);
      boolean withCalls = seed % 2 == 0;
      convictions.check(
          capture,
          (events, i) -> !missing.test(i) && (withCalls || !isCall(events.kind(i))),
          "%s, seed %d%s".formatted(hole, seed, withCalls ? "" : " without system calls"));
    }
    convictions.assertAtMost(HOLES / RARE);
  }

  private static boolean isCall(EventKind kind) {
    return kind.source() == Source.SYSCALL_ENTER || kind.source() == Source.SYSCALL_EXIT;
  }
}
