package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.mm.FaultPath;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaTree;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.ftrace.FtraceDecoder;
import io.vmatrace.parser.ftrace.Layout;
import io.vmatrace.parser.stat.ImportStats;
import io.vmatrace.parser.text.Chunk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What tracepoints alone (E0) tell is what the probes prove (E2): the same captures, with every probe event taken out. */
class TracepointsAgainstProbesTest {
  private static final Pattern PROBE = Pattern.compile("^.{16}-\\d+ +\\[\\d+\\] \\S+ +[\\d.]+: \\w+: \\((?:[\\w.]+\\+0x| *<-).*");
  private static final Set<Op> HOLDS =
      Set.of(Op.MMAP_READ_LOCK, Op.MMAP_WRITE_LOCK, Op.MMAP_WRITE_DOWNGRADE, Op.MMAP_READ_UNLOCK, Op.MMAP_WRITE_UNLOCK);

  /** What a run saw, in terms that both runs have. */
  private static final class Seen implements StepSink {
    final Map<String, FaultPath> faults = new HashMap<>();
    final List<String> holds = new ArrayList<>();
    final List<String> trees = new ArrayList<>();
    private final Map<Long, String> begun = new HashMap<>();

    @Override
    public void accept(Step step) {
      int pid = step.task().pid();
      String when = pid + "@" + step.moment().time();
      if (step.op() == Op.PAGE_FAULT) {
        begun.put(step.moment().at(), when);
      } else if (step.op() == Op.PAGE_FAULT_SERVED) {
        faults.put(begun.get(step.faultAt()), step.faultReason().path());
      } else if (HOLDS.contains(step.op()) && step.mm() != null) {
        holds.add(step.op() + " " + when + " " + step.mm().address());
      } else if (step.op() == Op.SYSCALL_EXIT && step.mm() != null) {
        trees.add(when + " " + dump(step.mm()));
      }
    }

    @Override
    public void lost(long afterAt) {}

    private static String dump(MmState mm) {
      StringBuilder text = new StringBuilder();
      for (VmaTree.Range range : mm.tree().within(new PageRange(0, Long.MAX_VALUE))) {
        if (range.vma() != null) {
          text.append(' ').append(Long.toHexString(range.first())).append('-').append(Long.toHexString(range.last()));
          text.append('=').append(Long.toHexString(range.vma().address()));
        }
      }
      return text.toString();
    }
  }

  static Stream<Path> captures() {
    return RealCaptures.cleanWithValues();
  }

  @ParameterizedTest
  @MethodSource("captures")
  void shouldTellTheSameWithoutProbes(Path capture) {
    List<String> lines = RealCaptures.lines(capture);
    Seen probes = run(lines);
    Seen tracepoints = run(lines.stream().filter(line -> !PROBE.matcher(line).matches()).toList());

    assertThat(tracepoints.holds).isEqualTo(probes.holds);
    assertThat(tracepoints.trees).isEqualTo(probes.trees);
    assertThat(tracepoints.faults.keySet()).isEqualTo(probes.faults.keySet());
    long same = probes.faults.entrySet().stream().filter(e -> tracepoints.faults.get(e.getKey()) == e.getValue()).count();
    assertThat((double) same / probes.faults.size()).as("share of faults told alike").isGreaterThanOrEqualTo(0.99);
    assertThat(wrong(probes, tracepoints)).as("faults that tracepoints tell, and tell wrong").isEmpty();
  }

  /** Faults on which the two disagree and neither says that it does not know. */
  private static List<String> wrong(Seen probes, Seen tracepoints) {
    return probes.faults.entrySet().stream()
        .filter(e -> e.getValue() != FaultPath.UNRESOLVED && tracepoints.faults.get(e.getKey()) != FaultPath.UNRESOLVED)
        .filter(e -> tracepoints.faults.get(e.getKey()) != e.getValue())
        .map(e -> e + " against " + tracepoints.faults.get(e.getKey()))
        .toList();
  }

  private static Seen run(List<String> lines) {
    byte[] text = RealCaptures.join(lines);
    EventBatch events = new EventBatch();
    new FtraceDecoder(Layout.COMMON, 1 << 16, EventNames.BUILT_IN).decode(new Chunk(text, 0, text.length), events, new ImportStats());
    Seen record = new Seen();
    MmReconstruction reconstruction = new MmReconstruction(record);
    reconstruction.apply(events);
    reconstruction.finish();
    return record;
  }
}
