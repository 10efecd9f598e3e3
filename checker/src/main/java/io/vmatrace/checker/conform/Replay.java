package io.vmatrace.checker.conform;

import io.vmatrace.checker.evidence.KernelGuess;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.checker.run.Analysis;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.checker.steps.Design;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.input.CaptureException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code vmatrace replay} on one capture: does the design of its kernel allow what was observed? */
public final class Replay implements Analysis {
  private static final String KILLABLE = "lock-store-detach-6.19";
  private static final String SEQCOUNT = "rwsem";
  private static final String ANON_NEEDED = "rwsem-6.4";
  private static final String COUNTS_AT_END = "rwsem-6.10";
  private static final int ANON_TRYLOCK = 60_010;
  private static final int LAST_WITH_BOTH = 60_012;
  private static final int BACKPORT = 88;
  private static final int SEQCOUNT_FROM = 60_014;

  /** The designs of kernels that the capture's may have, the last one first; those that an event is not of are followed no further. */
  private static final class Conformances implements StepSink {
    private final List<Conformance> all = new ArrayList<>();

    /** Whether a holder of the mmap_lock for writing has read an even mm_lock_seq. */
    private boolean isEvenInside;

    Conformances(@Nullable Design against) {
      if (against != null) {
        all.add(new Conformance(against));
      } else {
        Design.Catalogue designs = Design.Catalogue.builtIn();
        for (String name : List.of("lock-store-detach", "lock-store-detach-6.16", KILLABLE, SEQCOUNT, ANON_NEEDED, COUNTS_AT_END, "mmap-lock")) {
          all.add(new Conformance(Objects.requireNonNull(designs.variant(name), name)));
        }
      }
    }

    Conformance of(@Nullable Generation generation, @Nullable String release) {
      Conformance of = all.stream().filter(c -> generation == null || generation(c.design()) == generation).findFirst().orElse(all.getFirst());
      String form = of.design().name().equals(SEQCOUNT) ? rwsem(release) : SEQCOUNT;
      return all.stream().filter(c -> c.design().name().equals(form)).findFirst().filter(_ -> generation(of.design()) == Generation.RWSEM).orElse(of);
    }

    /** The form of the rw_semaphore's design in a release, else the one that the numbers show (docs/PROTOCOL.md, Sequence numbers). */
    private String rwsem(@Nullable String release) {
      if (KernelGuess.of(release) != Generation.RWSEM) {
        return isEvenInside ? ANON_NEEDED : SEQCOUNT; // the first refuses no look-up that 6.10 has
      }
      if (KernelGuess.isBefore(release, ANON_TRYLOCK, 0)) {
        return ANON_NEEDED;
      }
      boolean isBackport = !KernelGuess.isBefore(release, LAST_WITH_BOTH, BACKPORT) && KernelGuess.isBefore(release, LAST_WITH_BOTH + 1, 0);
      return isBackport || !KernelGuess.isBefore(release, SEQCOUNT_FROM, 0) ? SEQCOUNT : COUNTS_AT_END;
    }

    @Override
    public void accept(Step step) {
      if (all.size() > 1) {
        narrow(step);
      }
      for (int i = 0; i < all.size(); i++) {
        all.get(i).accept(step);
      }
    }

    /** What tells the kernel's generation (docs/PROTOCOL.md, Telling the generation). */
    private void narrow(Step step) {
      MmState mm = step.mm();
      isEvenInside |= mm != null && step.sample().hasMmSeq() && (step.sample().mmSeq() & 1) == 0 && step.task().sectionOf(mm) != null;
      if (step.sample().hasDetached()) {
        all.removeIf(c -> generation(c.design()) != Generation.RWSEM);
      } else if (step.sample().hasRefcnt()) {
        all.removeIf(c -> !Generation.REFCNTS.contains(generation(c.design())));
      }
      if (step.op() == Op.VMA_MARK_DETACHED) {
        all.removeIf(c -> generation(c.design()) != Generation.REFCOUNT);
      } else if (step.op() == Op.VMA_EXCLUDE_READERS_FOR_DETACH) {
        all.removeIf(c -> generation(c.design()) != Generation.EXCLUDE_READERS);
      } else if (step.op() == Op.VMA_START_WRITE_RET) {
        boolean killable = step.hasRet();
        all.removeIf(c -> generation(c.design()) == Generation.REFCOUNT && c.design().has("killable") != killable);
      }
    }

    @Override
    public void lost(long afterAt) {
      all.forEach(conformance -> conformance.lost(afterAt));
    }
  }

  private final Conformances conformances;
  private @Nullable ReplayReport report;

  /** @param against the design to follow the capture with; null for that of the kernel that made it */
  public Replay(@Nullable Design against) {
    conformances = new Conformances(against);
  }

  /** Which lock VMAs have under a design. */
  static Generation generation(Design design) {
    if (!design.has("vmalock")) {
      return Generation.MMAP_LOCK;
    }
    return design.has("rwsem") ? Generation.RWSEM : design.has("detach-function") ? Generation.REFCOUNT : Generation.EXCLUDE_READERS;
  }

  @Override
  public StepSink steps() {
    return conformances;
  }

  @Override
  public void end(Pass pass) throws CaptureException {
    report = new ReplayBuilder(pass, conformances.of(pass.recorded().generation(), pass.recorded().release())).build();
  }

  /** Whether the design allows what was observed, once the pass is over. */
  public ReplayReport report() {
    return Objects.requireNonNull(report, "the pass is not over");
  }
}
