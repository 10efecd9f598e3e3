package io.vmatrace.checker.run;

import io.vmatrace.checker.evidence.Account;
import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One pass over a capture: opens and decodes it, reconstructs its steps where an analysis has them, and feeds the analyses in turn. */
public final class CaptureRun {
  /**
   * How captures are read, whatever is asked about them.
   *
   * @param names what events are called in them
   * @param kernelRelease uname -r of the kernel that made them, where the user says it; what a capture shows goes first
   * @param limits what reading one may cost
   */
  public record Options(EventNames names, @Nullable String kernelRelease, CaptureLimits limits) {
    /** With the names that kernels and their tools give, and what the capture shows of its kernel. */
    public static final Options DEFAULT = new Options(EventNames.BUILT_IN, null);

    /** With the usual limits. */
    public Options(EventNames names, @Nullable String kernelRelease) {
      this(names, kernelRelease, CaptureLimits.DEFAULT);
    }

    /** The same for small captures, of so many bytes. */
    public Options forSmall(long bytes) {
      return new Options(names, kernelRelease, limits.forSmall(bytes));
    }

    /** The same for a capture that is still made. */
    public Options followed() {
      return new Options(names, kernelRelease, limits.followed());
    }

    /** The same for captures of which several are read at once: they share the threads that decode. */
    public Options sharedBy(int captures) {
      return new Options(names, kernelRelease, limits.withDecoderThreads(Math.max(1, limits.decoderThreads() / captures)));
    }
  }

  /** Several analyses have steps: each is shown every step in turn. */
  private record StepSinks(List<StepSink> sinks) implements StepSink {
    @Override
    public void accept(Step step) {
      sinks.forEach(sink -> sink.accept(step));
    }

    @Override
    public boolean wantsServedFaults() {
      return sinks.stream().anyMatch(StepSink::wantsServedFaults);
    }

    @Override
    public void lost(long afterAt) {
      sinks.forEach(sink -> sink.lost(afterAt));
    }

    @Override
    public void endsWithin(long afterAt) {
      sinks.forEach(sink -> sink.endsWithin(afterAt));
    }

    @Override
    public void unrecorded(Fact fact) {
      sinks.forEach(sink -> sink.unrecorded(fact));
    }

    @Override
    public void end() {
      sinks.forEach(StepSink::end);
    }
  }

  private final List<Analysis> analyses;
  private final List<EventByEvent> eventByEvent;
  private final @Nullable MmReconstruction reconstruction;
  private boolean complete = true;
  private boolean begun;

  private CaptureRun(List<Analysis> analyses) {
    this.analyses = analyses;
    eventByEvent = analyses.stream().filter(EventByEvent.class::isInstance).map(EventByEvent.class::cast).toList();
    List<StepSink> sinks = analyses.stream().flatMap(analysis -> Stream.ofNullable(analysis.steps())).toList();
    reconstruction =
        switch (sinks.size()) {
          case 0 -> null;
          case 1 -> new MmReconstruction(sinks.getFirst());
          default -> new MmReconstruction(new StepSinks(sinks));
        };
  }

  /**
   * Reads a capture once, for all analyses.
   *
   * @param source one of a set, see {@link Captures#expand}
   * @param progress told how many bytes of the file have been read, now and then
   * @throws CaptureException when nothing of the capture can be read; one that can be read in part is taken as far as it goes
   */
  public static Pass over(CaptureSource source, Options options, LongConsumer progress, Analysis... analyses) throws CaptureException {
    try (Capture capture = Captures.open(source, options.limits(), options.names())) {
      return over(capture, options, progress, analyses);
    }
  }

  /** The same for a capture that is open, which stays so. */
  public static Pass over(Capture capture, Options options, LongConsumer progress, Analysis... analyses) throws CaptureException {
    for (Analysis analysis : analyses) {
      analysis.begin(capture);
    }
    return new CaptureRun(List.of(analyses)).over(capture, options.kernelRelease(), progress);
  }

  /**
   * A second pass over a capture that has been read, for an analysis that knows what it looks for. It goes as far as the capture can be read.
   */
  public static void again(Capture capture, EventByEvent analysis) {
    CaptureRun run = new CaptureRun(List.of(analysis));
    MmReconstruction reconstruction = Objects.requireNonNull(run.reconstruction, "it has steps");
    reconstruction.begin(capture.preamble());
    try {
      capture.decodeAgain(events -> run.batch(capture, events));
    } catch (CaptureException _) {
      // the rest could not be read the first time either, or the file is gone: what came before counts
    }
    analysis.endOfEvents();
    reconstruction.finish();
  }

  private Pass over(Capture capture, @Nullable String toldRelease, LongConsumer progress) throws CaptureException {
    if (reconstruction != null) {
      reconstruction.begin(capture.preamble());
    }
    String unreadable = capture.decodeReadable(events -> batch(capture, events), analyses.stream().anyMatch(Analysis::needsBytes), progress);
    analyses.forEach(Analysis::endOfEvents);
    if (reconstruction != null) {
      reconstruction.finish();
    }
    Pass pass = new Pass(capture, capture.facts(), reconstruction, toldRelease, complete && unreadable == null, unreadable);
    for (Analysis analysis : analyses) {
      analysis.end(pass);
    }
    return pass;
  }

  private boolean batch(Capture capture, EventBatch events) {
    boolean wanted = false;
    for (Analysis analysis : analyses) {
      wanted |= analysis.batch(events);
    }
    if (reconstruction != null) {
      if (!begun) {
        begun = true;
        tellOfBuffers(capture, reconstruction);
      }
      if (eventByEvent.isEmpty()) {
        reconstruction.apply(events);
      } else {
        wanted &= applyEach(events, reconstruction);
      }
    }
    complete &= wanted;
    return wanted;
  }

  /** What is known of the buffers once the first batch is there, before it is applied. */
  private static void tellOfBuffers(Capture capture, MmReconstruction to) {
    if (new Account(capture.facts()).overwritten() > 0 || capture.facts().isNewestOnly()) {
      to.buffersOverran();
    } else {
      to.nothingOverwritten(capture.facts().entriesInBuffer());
    }
    if (capture.format().equals("kernel-log")) {
      to.buffersDumped();
    }
  }

  private boolean applyEach(EventBatch events, MmReconstruction to) {
    boolean othersWant = eventByEvent.size() < analyses.size();
    for (int i = 0, n = events.size(); i < n; i++) {
      boolean wanted = othersWant;
      for (EventByEvent analysis : eventByEvent) {
        wanted |= analysis.event(events, i);
      }
      if (!wanted) {
        return false;
      }
      to.apply(events, i);
      eventByEvent.forEach(EventByEvent::applied);
    }
    return true;
  }
}
