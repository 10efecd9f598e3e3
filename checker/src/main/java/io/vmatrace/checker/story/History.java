package io.vmatrace.checker.story;

import io.vmatrace.checker.events.Selection;
import io.vmatrace.checker.events.TimeWindow;
import io.vmatrace.checker.evidence.Account;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.checker.report.StoryRow;
import io.vmatrace.checker.report.StoryRow.Place;
import io.vmatrace.checker.run.EventByEvent;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.checker.story.Draft.At;
import io.vmatrace.checker.story.Tasks.Named;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventDescriber;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.input.Capture;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code vmatrace history}: every step about a VMA, an address or a task, row by row; nothing is kept but rows that wait. */
public final class History implements EventByEvent, StepSink {
  private static final int MOST_VMAS = 3;

  private final HistoryTarget target;
  private final TimeWindow window;
  private final Consumer<StoryRow> out;
  private final BooleanSupplier refused;
  private final Tasks tasks = new Tasks();
  private final Set<String> vmas = new LinkedHashSet<>();
  private @Nullable Capture capture;
  private @Nullable EventDescriber describer;
  private @Nullable Chronicle chronicle;
  private @Nullable EventBatch events;
  private int index;
  private boolean inEvent;
  private final Set<Integer> wantedPids = new HashSet<>();
  private long rows;
  private @Nullable PageRange below;
  private @Nullable PageRange above;
  private boolean isMm;

  /**
   * @param selection of which only the time counts
   * @param lastTime time of the capture's last event, where the selection asks for it
   */
  public History(HistoryTarget target, Selection selection, long lastTime, Output output) {
    this.target = target;
    window = new TimeWindow(selection, lastTime);
    out = output.out();
    refused = output.refused();
  }

  /**
   * Where rows go.
   *
   * @param refused whether nobody wants more; asked now and then
   */
  public record Output(Consumer<StoryRow> out, BooleanSupplier refused) {}

  @Override
  public void begin(Capture opened) {
    capture = opened;
    describer = opened.describer();
    Values values = new Values();
    chronicle = new Chronicle(subject(values), values, Landmarks.NONE, new Chronicle.Ends(this::place, this::row));
  }

  private Subject subject(Values values) {
    return switch (target) {
      case HistoryTarget.Task task -> new TaskSubject(pid -> isWanted(task, pid));
      case HistoryTarget.Address address when address.value() < 0 -> new VmaSubject(address.value(), values);
      case HistoryTarget.Address address -> new EitherSubject(new VmaSubject(address.value(), values), new AddressSubject(address.value(), values));
    };
  }

  /** Names are told by a task's own events, and may change. */
  private boolean isWanted(HistoryTarget.Task task, int pid) {
    Named current = inEvent ? current() : null;
    if (current != null && current.pid() == pid) {
      if (task.is(current)) {
        wantedPids.add(pid);
      } else {
        wantedPids.remove(pid);
      }
    }
    return wantedPids.contains(pid);
  }

  private Place place(At at) {
    Account account = new Account(Objects.requireNonNull(capture, "begun").facts());
    return at.place(account);
  }

  private void row(StoryRow row) {
    if (row.isStep()) {
      rows++;
    }
    out.accept(row);
  }

  /** Remembers the mapped ranges before and behind an address of user space, as advice for one that none covers. */
  private void nearest(Step step) {
    if (rows > 0 || !(target instanceof HistoryTarget.Address address) || address.value() < 0) {
      return;
    }
    boolean sampled = step.sample().hasRange();
    if (sampled || step.op() == Op.MAS_STORE && step.last() > step.first()) {
      PageRange range = sampled ? new PageRange(step.sample().start(), step.sample().end() - 1) : step.range();
      if (range.last() < address.value() && (below == null || range.last() >= below.last())) {
        below = range;
      } else if (range.first() > address.value() && (above == null || range.first() <= above.first())) {
        above = range;
      }
    }
  }

  /** The task of the event in hand. */
  private Named current() {
    EventBatch batch = Objects.requireNonNull(events, "steps come of events");
    return new Named(batch.task(index), describer().brief(batch, index).comm());
  }

  private EventDescriber describer() {
    return Objects.requireNonNull(describer, "begun");
  }

  private Chronicle chronicle() {
    return Objects.requireNonNull(chronicle, "begun");
  }

  @Override
  public boolean needsBytes() {
    return true;
  }

  @Override
  public StepSink steps() {
    return this;
  }

  @Override
  public boolean batch(EventBatch batch) {
    return !refused.getAsBoolean();
  }

  @Override
  public boolean event(EventBatch batch, int i) {
    events = batch;
    index = i;
    inEvent = true;
    if (!MarkerEvents.isMarker(batch.kind(i))) {
      window.reach(batch.time(i), Objects.requireNonNull(capture, "begun").facts().clockUnit());
      if (window.isOver()) {
        return false;
      }
      if (tasks.wants(batch.task(i))) {
        tasks.add(current());
      }
    }
    chronicle().event(new At(batch.at(i), batch.offset(i), batch.time(i), batch.cpu(i)), batch.task(i), new Words(describer(), batch, i), window.isInside());
    return true;
  }

  @Override
  public void applied() {
    chronicle().applied();
    inEvent = false;
  }

  @Override
  public boolean wantsServedFaults() {
    return false;
  }

  @Override
  public void accept(Step step) {
    VmaState vma = step.vma();
    if (vma != null && vmas.size() < MOST_VMAS) {
      vmas.add(StepText.hex(vma.address()));
    }
    nearest(step);
    MmState mm = step.mm();
    isMm |= mm != null && target instanceof HistoryTarget.Address address && address.value() == mm.address();
    chronicle().accept(step);
  }

  @Override
  public void lost(long afterAt) {
    chronicle().lost();
  }

  @Override
  public void end() {
    chronicle().end();
  }

  @Override
  public void end(Pass pass) {
    // all has been handed over
  }

  /** How many rows there were, not counting those that say that events are missing. */
  public long rows() {
    return rows;
  }

  /** What to look for instead, once there were no rows. */
  public String advice() {
    if (isMm) {
      return "it is an mm: `vmatrace events --mm %s` has its events".formatted(target.text());
    }
    return switch (target) {
      case HistoryTarget.Task _ -> "it has " + tasks.text();
      case HistoryTarget.Address address when address.value() >= 0 && (below != null || above != null) -> "no VMA covers it; the nearest were at %s".formatted(
          Stream.of(below, above).filter(Objects::nonNull).map(PageRange::toString).collect(Collectors.joining(" and ")));
      case HistoryTarget.Address _ -> vmas.isEmpty() ? "no event names a VMA" : "VMAs are %s and more".formatted(String.join(", ", vmas));
    };
  }
}
