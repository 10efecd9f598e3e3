package io.vmatrace.checker.check;

import io.vmatrace.checker.evidence.Recorded;
import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.Rule.Evidence;
import io.vmatrace.parser.event.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Shows each step to the rules that look at its op, and keeps their findings. */
final class RuleRun implements StepSink, Rule.Checks {
  /** A verdict that a later event of the same printed time may take back. */
  private record Pending(
      RuleTally tally, long time, BooleanSupplier excused, @Nullable BooleanSupplier disproved, Found found, @Nullable Hold hold, TaskState task, Silences.Silence silence) {}

  /** One that events of later times may disprove. */
  private record Disprovable(RuleTally tally, BooleanSupplier disproved, Found found) {}

  private static final String TIED = "an event of the same printed time, which is not in the capture, may show that the order was legal";

  private final List<RuleTally> tallies;

  private final RulesByOp all;

  /** Those of them that are put to it: while no probe has fired, the rules that tracepoints alone can evidence. */
  private RulesByOp byOp;

  private final List<Pending> pending = new ArrayList<>();

  /** Verdicts that what follows may still disprove. */
  private final List<Disprovable> disprovable = new ArrayList<>();

  private final Absences absences = new Absences();
  private final Paths paths = new Paths();
  private final Doubts doubts = new Doubts();

  /** After which place events may be missing that come before the end of the capture. */
  private long undecidedAfter = Long.MAX_VALUE;

  /** Which of the rules that look at the step in hand speaks. */
  private int speaking;

  private @Nullable Step step;

  private final Remarks remarks = new Remarks();

  RuleRun(List<Rule> rules) {
    this(rules, _ -> {});
  }

  /** @param listener told of each finding that is kept whole, when it is known */
  RuleRun(List<Rule> rules, Consumer<Found> listener) {
    tallies = rules.stream().map(rule -> new RuleTally(rule, listener)).toList();
    all = RulesByOp.of(tallies);
    byOp = all;
  }

  /** Leaves out the rules that no capture evidences which has tracepoints alone, until there is more; to be called before the first step. */
  void awaitProbes() {
    byOp = RulesByOp.of(tallies.stream().filter(t -> Recorded.canBeEvidencedByTracepoints(t.info())).toList());
  }

  boolean awaitsProbes() {
    return byOp != all;
  }

  /** From now on every rule is put to what it looks at. */
  void probesSeen() {
    byOp = all;
  }

  /** The status of each rule, in the catalogue's order. */
  List<RuleTally> tallies() {
    return tallies;
  }

  /** All findings, in the capture's order; those of one event in the catalogue's. */
  List<Found> findings() {
    List<Found> all = new ArrayList<>();
    tallies.forEach(t -> all.addAll(t.findings()));
    all.sort((one, other) -> Long.compare(one.at(), other.at()));
    return all;
  }

  @Override
  public void accept(Step step) {
    if (!pending.isEmpty()) {
      settle(step.moment().time());
    }
    if (this.step != step) {
      this.step = step; // one object, and a store for each step costs
    }
    Rule[] rules = byOp.rules()[step.op().ordinal()];
    try {
      for (int i = 0; i < rules.length; i++) {
        speaking = i;
        rules[i].check(step, this);
        if (remarks.areMade()) {
          remarks.clear();
        }
      }
    } catch (RuntimeException e) {
      throw new IllegalStateException("rule %s failed at line %d".formatted(tally().info().id(), step.moment().at()), e);
    }
    absences.look(step);
    paths.look(step);
  }

  @Override
  public boolean wantsServedFaults() {
    return all.rules()[Op.PAGE_FAULT_SERVED.ordinal()].length > 0;
  }

  @Override
  public void lost(long afterAt) {
    giveUpPending(RuleTally::add);
    settleDisprovable();
    absences.lost(afterAt);
    tallies.forEach(t -> t.lost(afterAt));
  }

  @Override
  public void endsWithin(long afterAt) {
    undecidedAfter = afterAt;
  }

  @Override
  public void unrecorded(Fact fact) {
    doubts.unrecorded(fact);
  }

  /** An event of the last printed time that is not here could still take a verdict back: it stays possible, and the rule has no answer. */
  @Override
  public void end() {
    giveUpPending((tally, found) -> tally.unsettled(found, Unsettled.AT_THE_END));
    settleDisprovable();
    tallies.forEach(tally -> tally.undecided(undecidedAfter));
    absences.end();
    tallies.forEach(tally -> tally.doubt(found -> doubts.isAtTheEnd(found, absences.silences()), Unsettled.PROBES_ABSENT));
    tallies.forEach(tally -> tally.doubt(Doubts::isOutOfOrder, Unsettled.CLOCKS_DIFFER));
    if (absences.areEventsAbsent()) {
      tallies.stream().filter(tally -> !Collections.disjoint(tally.info().facts(), Fact.OF_THE_MMAP_LOCK)).forEach(RuleTally::doubt);
    }
  }

  private void settleDisprovable() {
    for (Disprovable waiting : disprovable) {
      if (waiting.disproved().getAsBoolean()) {
        waiting.tally().unsettled(waiting.found().possible(Unsettled.ALLOCATION_ABSENT.why()), Unsettled.ALLOCATION_ABSENT);
      } else {
        waiting.tally().add(waiting.found());
      }
    }
    disprovable.clear();
  }

  private void giveUpPending(BiConsumer<RuleTally, Found> to) {
    for (Pending waiting : pending) {
      if (!waiting.excused().getAsBoolean()) {
        to.accept(waiting.tally(), waiting.found().possible(TIED));
      }
    }
    pending.clear();
  }

  /** Verdicts of an earlier printed time stand now, unless an event excused them meanwhile. */
  private void settle(long now) {
    for (Iterator<Pending> i = pending.iterator(); i.hasNext(); ) {
      Pending waiting = i.next();
      if (waiting.time() < now) {
        i.remove();
        if (waiting.excused().getAsBoolean()) {
          continue;
        }
        BooleanSupplier disproved = waiting.disproved();
        if (disproved != null) {
          disprovable.add(new Disprovable(waiting.tally(), disproved, waiting.found()));
        } else {
          add(waiting.tally(), waiting.found(), waiting.hold(), waiting.task(), waiting.silence());
        }
      }
    }
  }

  @Override
  public boolean areProbesSeen() {
    return !awaitsProbes();
  }

  @Override
  public void held() {
    tally().count();
  }

  @Override
  public void brokenByValues(String message, Evidence... evidence) {
    tally().count();
    tally().add(found(Certainty.DEFINITE, true, message, evidence));
  }

  @Override
  public void broken(String message, Evidence... evidence) {
    tally().count();
    Found found = found(Certainty.DEFINITE, false, message, evidence);
    add(tally(), found, Doubts.holdOf(found, step(), aboutMm()), step().task(), absences.silence(found, step()));
  }

  private void add(RuleTally tally, Found found, @Nullable Hold hold, TaskState task, Silences.Silence silence) {
    if (tally.info().neverDefinite()) {
      tally.add(found);
    } else if (hold == null) {
      absences.await(tally, found, task, silence);
    } else {
      absences.await(tally, found, hold, task, silence);
    }
  }

  @Override
  public void brokenUnless(BooleanSupplier excused, String message, Evidence... evidence) {
    tally().count();
    pend(excused, null, found(Certainty.DEFINITE, false, message, evidence));
  }

  @Override
  public void brokenUnless(BooleanSupplier excused, BooleanSupplier disproved, String message, Evidence... evidence) {
    tally().count();
    pend(excused, disproved, found(Certainty.DEFINITE, false, message, evidence));
  }

  private void pend(BooleanSupplier excused, @Nullable BooleanSupplier disproved, Found found) {
    pending.add(new Pending(tally(), step().moment().time(), excused, disproved, found, Doubts.holdOf(found, step(), aboutMm()), step().task(), absences.silence(found, step())));
  }

  @Override
  public void brokenForWantOf(Rule.Absence absent, String message, Evidence... evidence) {
    tally().count();
    absences.await(tally(), found(Certainty.DEFINITE, false, message, evidence), absent, step(), aboutMm());
  }

  @Override
  public void brokenByOverlap(Hold other, String message, Evidence... evidence) {
    tally().count();
    Hold own = step().task().holdOf(step().mm());
    boolean crossing = own != null && (own == other || own.acquired().surelyBefore(other.acquired()));
    absences.awaitOverlap(tally(), found(Certainty.DEFINITE, false, message, evidence), other, crossing, step());
  }

  @Override
  public void suspect(String message, Evidence... evidence) {
    tally().count();
    tally().add(found(Certainty.POSSIBLE, false, message, evidence));
  }

  @Override
  public void about(@Nullable MmState mm, @Nullable VmaState vma) {
    remarks.about(mm, vma);
  }

  @Override
  public void restingOn(Fact... facts) {
    remarks.restingOn(Set.of(facts));
  }

  @Override
  public void kind(String kind) {
    remarks.kind(kind);
  }

  @Override
  public void absent(String function) {
    remarks.absent(function);
  }

  private Found found(Certainty certainty, boolean byValues, String message, Evidence... evidence) {
    Step of = step();
    MmState mm = aboutMm();
    VmaState vma = remarks.vma(of);
    boolean ranged = of.sample().hasRange() && vma == of.vma();
    List<Evidence> known = Arrays.stream(evidence).filter(e -> e.moment().known()).toList();
    Set<Fact> facts = remarks.restsOn(tally().info());
    return new Found(
        tally().info(),
        of.moment().at(),
        of.task().pid(),
        tally().info().neverDefinite() ? Certainty.POSSIBLE : certainty,
        byValues,
        message,
        mm == null ? 0 : mm.address(),
        vma == null ? 0 : vma.address(),
        ranged ? of.sample().start() : 0,
        ranged ? of.sample().end() : 0,
        mm == null || openSection(mm) == null ? 0 : mm.sectionsAtAddress(),
        known,
        facts,
        paths.of(of.task(), remarks.kind()),
        remarks.absent(),
        vma != null && isRead(vma, of.task()),
        null,
        byValues || certainty == Certainty.POSSIBLE ? Doubt.NONE : doubts.of(of, facts, known, mm, vma));
  }

  private static boolean isRead(VmaState vma, TaskState finder) {
    TaskState reader = vma.lastReader();
    return reader != null && reader != finder && (reader.read().vma() == vma || reader.faultCall().vma() == vma);
  }

  private @Nullable MmState aboutMm() {
    return remarks.mm(step());
  }

  private static @Nullable WriteSection openSection(MmState mm) {
    WriteSection section = mm.section();
    return section != null && section.isOpen() ? section : null;
  }

  private RuleTally tally() {
    return byOp.tallies()[step().op().ordinal()][speaking];
  }

  private Step step() {
    return Objects.requireNonNull(step, "a rule speaks only while it checks");
  }
}
