package io.vmatrace.checker.evidence;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.OpPair;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.checker.reconstruct.Witness;
import io.vmatrace.checker.report.Report.Evidence;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.parser.event.ConsoleReport;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.specs.EventKinds;
import io.vmatrace.parser.input.CaptureFacts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a capture recorded, as far as its events show.
 *
 * @param release uname -r, where the capture or the user says it
 * @param generation the kernel's design, from what the events show, else from the release; null when neither tells
 * @param counts how often each op was seen to happen; those that never were are left out
 * @param fields what probes have read
 * @param oneSided pairs of ops of which some task showed one side only
 * @param whole whether no event is known to be missing
 * @param releases when the kernel logs that an mmap_lock is released
 * @param filtered ops of whose events the recording's own command left some out
 * @param mmsWithoutLock mms of whose mmap_lock no acquisition or no release was recorded
 * @param promised what the capture says would show if it happened
 */
public record Recorded(
    @Nullable String release, @Nullable Generation generation, Witness witness, Map<Op, Long> counts, Set<Field> fields, Set<OpPair> oneSided, boolean whole, ReleaseLogged releases,
    Set<Op> filtered, Set<Long> mmsWithoutLock, Set<Op> promised) {

  /**
   * What a reconstruction that is finished has seen.
   *
   * @param facts what the capture says of itself
   * @param told uname -r as the user says it, for where the capture does not; or null
   */
  public static Recorded of(MmReconstruction reconstruction, CaptureFacts facts, @Nullable String told) {
    String release = facts.kernelRelease() != null ? facts.kernelRelease() : believable(told, reconstruction);
    boolean whole = new Account(facts).lost() == 0 && facts.stats().damaged() == 0;
    return new Recorded(
        release, generation(reconstruction.witness(), release, facts), reconstruction.witness(), reconstruction.witnessed(), reconstruction.fieldsRead(), reconstruction.oneSided(), whole,
        ReleaseLogged.of(release, facts.stats().hasMemcgPath(), reconstruction.witness()), Filters.filtered(facts.details().get("command")), reconstruction.mmsWithoutLock(), reconstruction.promised());
  }

  /** What the user says, unless page faults show VMA locks that the release does not have. */
  private static @Nullable String believable(@Nullable String told, MmReconstruction reconstruction) {
    return KernelGuess.of(told) == Generation.MMAP_LOCK && reconstruction.faults().vmaLock() > 0 ? null : told;
  }

  /** What 6.19 shows where its detaches were not recorded, the returned value of __vma_start_write(), 7.0 has too. */
  private static @Nullable Generation generation(Witness witness, @Nullable String release, CaptureFacts facts) {
    Generation shown = witness.generation();
    Generation guess = KernelGuess.of(release, facts.log().functions(facts.log().release()));
    boolean mayBe619 = shown == Generation.EXCLUDE_READERS && !witness.isOf70();
    return shown == null || mayBe619 && guess == Generation.REFCOUNT ? guess : shown;
  }

  /** The design of the kernel that printed a report: a log may be of several, and the release next to the report counts. */
  public @Nullable Generation generation(ConsoleReport report) {
    boolean same = report.release() == null || report.release().equals(release);
    return same ? generation : KernelGuess.of(report.release(), report.functions());
  }

  /** All that tracepoints can show, of kernels of each design: where that is not known, a rule is missing no less. */
  private static final List<Recorded> BY_TRACEPOINTS = byTracepoints();

  /** By rule; of many captures in one run each asks for all. */
  private static final Map<String, Boolean> EVIDENCED = new ConcurrentHashMap<>();

  /** Whether a capture without probes can evidence a rule, of whatever design its kernel is. */
  public static boolean canBeEvidencedByTracepoints(RuleInfo info) {
    return EVIDENCED.computeIfAbsent(info.id(), _ -> isEvidencedByTracepoints(info));
  }

  private static boolean isEvidencedByTracepoints(RuleInfo info) {
    for (Recorded recorded : BY_TRACEPOINTS) {
      if (info.generations().contains(recorded.generation) && recorded.missing(info) == null) {
        return true;
      }
    }
    return false;
  }

  private static List<Recorded> byTracepoints() {
    Map<Op, Long> counts = new EnumMap<>(Op.class);
    for (Op op : Op.values()) {
      counts.put(op, 1L);
    }
    EventKinds.all().stream().filter(Witness::isProbe).forEach(kind -> counts.keySet().removeAll(kind.shows()));
    EventKinds.all().stream().filter(kind -> !Witness.isProbe(kind)).forEach(kind -> kind.shows().forEach(op -> counts.put(op, 1L)));
    List<Recorded> recorded = new ArrayList<>();
    for (Generation design : Generation.values()) {
      recorded.add(byTracepoints(design, counts));
    }
    return recorded;
  }

  private static Recorded byTracepoints(Generation design, Map<Op, Long> counts) {
    return new Recorded(null, design, new Witness(), counts, Set.of(), Set.of(), false, ReleaseLogged.BEFORE_THE_UNLOCK, Set.of(), Set.of(), Set.of());
  }

  /** What was seen to happen. */
  public Set<Op> ops() {
    return counts.keySet();
  }

  /** The design's name, or null. */
  public @Nullable String design() {
    return generation == null ? null : generation.text();
  }

  /** The evidence level that the events show. */
  public Evidence evidence() {
    if (witness.hasValues()) {
      return Evidence.E2;
    }
    return witness.hasProbes() ? Evidence.E1 : Evidence.E0;
  }

  /**
   * Whether a second wait of a detach would show: by __vma_exclude_readers_for_detach(), which is a function of its own from 7.0 on
   * (mm/mmap_lock.c). It seldom runs: where it never did, only a capture that names what was recorded tells that it would have shown.
   */
  public boolean showsSecondWaits() {
    return wouldShow(Op.VMA_EXCLUDE_READERS_FOR_DETACH);
  }

  /** Whether something rare would show if it happened. Of what happens often, that it is not there says more than that it was asked for. */
  public boolean wouldShow(Op rare) {
    return ops().contains(rare) || promised.contains(rare) && !filtered.contains(rare);
  }

  /** What a rule lacks to be evidenced, or null. */
  public @Nullable Missing missing(RuleInfo info) {
    if (generation != null && !info.generations().contains(generation)) {
      return Missing.ofDesign(generation);
    }
    if (info.facts().contains(Fact.HELD_WHILE_LOGGED) && releases != ReleaseLogged.BEFORE_THE_UNLOCK) {
      return Missing.ofReleases(releases);
    }
    boolean byValues = info.valuesSuffice() && witness.hasValues() && fields.containsAll(info.reads());
    // to 6.14 the write lock is inline, and no event shows it: include/linux/mm.h vma_start_write() (6.12)
    boolean onlyByValues = info.needsValues() || !info.valuesSuffice() || generation == Generation.RWSEM;
    if (info.needsValues() && !witness.hasValues() || onlyByValues && !fields.containsAll(info.reads())) {
      return Missing.ofValues();
    }
    Set<Op> lacking = byValues ? unseenFurther(info) : lacking(info);
    if (lacking.isEmpty() && info.on().stream().noneMatch(ops()::contains)) {
      lacking.addAll(info.on());
    }
    return lacking.isEmpty() ? null : Missing.ofEvents(lacking, this);
  }

  /**
   * Whether what is missing did not happen, as where nothing but whole write sections was recorded: no task held an mmap_lock for reading, and as
   * many releases as acquisitions leave no room for a downgrade.
   */
  public boolean neverHappened(Missing missing) {
    boolean onlyReaders = !missing.ops().isEmpty() && Set.of(Op.MMAP_READ_UNLOCK, Op.MMAP_WRITE_DOWNGRADE).containsAll(missing.ops());
    return onlyReaders && Collections.disjoint(ops(), Set.of(Op.MMAP_READ_LOCK, Op.MMAP_READ_UNLOCK, Op.MMAP_WRITE_DOWNGRADE)) && filtered.isEmpty()
        && ops().contains(Op.MMAP_WRITE_LOCK) && Objects.equals(counts.get(Op.MMAP_WRITE_LOCK), counts.get(Op.MMAP_WRITE_UNLOCK));
  }

  /** Whether all was recorded on which a rule's verdicts from more than one event rest. */
  public boolean supportsHistory(RuleInfo info) {
    return lacking(info).isEmpty();
  }

  /** Whether all was recorded on which a verdict rests that needs less than the rule's other ones. */
  public boolean supports(RuleInfo info, Set<Fact> facts) {
    return !facts.equals(info.facts()) && unseenFurther(info).isEmpty() && lacking(facts).isEmpty();
  }

  /** The same of its verdicts about one mm: event filters may have left out the mmap_lock of some. */
  public boolean supportsHistory(RuleInfo info, long mm) {
    return Collections.disjoint(info.facts(), Fact.OF_THE_MMAP_LOCK) || !mmsWithoutLock.contains(mm);
  }

  /** What a rule argues from the absence of, what makes the facts that it relies on, and what ends them: as far as it was not recorded. */
  private Set<Op> lacking(RuleInfo info) {
    Set<Op> lacking = lacking(info.facts());
    lacking.addAll(unseenFurther(info));
    return lacking;
  }

  private Set<Op> lacking(Set<Fact> facts) {
    Set<Op> lacking = EnumSet.noneOf(Op.class);
    for (Fact fact : facts) {
      Set<Op> made = fact.madeBy();
      if (!made.isEmpty() && unseen(made).size() == made.size() && !isMadeByNumbers(fact)) {
        lacking.addAll(made);
      }
      lacking.addAll(unseen(fact.endedBy(generation)));
      if (fact.endsWithItsVma()) {
        lacking.addAll(unseenEndsOfAVma());
      }
    }
    return lacking;
  }

  /** To 6.14 vma_start_write() is inline, and the numbers say that a VMA is write-locked. */
  private boolean isMadeByNumbers(Fact fact) {
    return fact == Fact.VMA_WRITE_LOCKED && generation == Generation.RWSEM && fields.containsAll(Set.of(Field.LOCK_SEQ, Field.MM_SEQ));
  }

  /** A VMA's end shows when it is freed, or when its address is allocated again; exit_mmap() goes past vm_area_free() to 6.14. */
  private Set<Op> unseenEndsOfAVma() {
    boolean freed = generation != Generation.RWSEM && isRecorded(Op.VM_AREA_FREE);
    return freed ? Set.of() : unseen(Set.of(Op.VM_AREA_ALLOC, Op.VM_AREA_DUP));
  }

  /** The further ops of a rule; to 6.14 vma_start_write() is inline, and no capture has its function (include/linux/mm.h, 6.12). */
  private Set<Op> unseenFurther(RuleInfo info) {
    Set<Op> unseen = unseen(info.also());
    if (generation == Generation.RWSEM) {
      unseen.removeAll(Set.of(Op.VMA_START_WRITE, Op.VMA_START_WRITE_RET));
    }
    return unseen;
  }

  private Set<Op> unseen(Set<Op> wanted) {
    Set<Op> unseen = EnumSet.noneOf(Op.class);
    for (Op op : wanted) {
      if (!isRecorded(op)) {
        unseen.add(op);
      }
    }
    return unseen;
  }

  /**
   * Whether an op would show: it did, or another one did that comes by the same event with the same values; and as often as its opposite did,
   * of all tasks and of each, but for what was under way when the recording began or ended.
   */
  private boolean isRecorded(Op op) {
    boolean shows = ops().contains(op) || op == Op.MMAP_WRITE_DOWNGRADE && ops().contains(Op.MMAP_READ_LOCK);
    OpPair pair = OpPair.of(op);
    return shows && !filtered.contains(op) && (pair == null || isWhole(pair));
  }

  /** Whether the ops of a pair were recorded as often as each other, of all tasks and of each; so they seem where events are known to be missing. */
  public boolean isWhole(OpPair pair) {
    return !whole || pair.isBalanced(counts) && !oneSided.contains(pair);
  }
}
