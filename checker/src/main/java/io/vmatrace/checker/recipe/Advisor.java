package io.vmatrace.checker.recipe;

import io.vmatrace.checker.evidence.Missing;
import io.vmatrace.checker.evidence.Recorded;
import io.vmatrace.checker.evidence.ReleaseLogged;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.specs.EventKinds;
import io.vmatrace.parser.event.specs.MmapLockEvents;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds what a recording lacked, rule by rule: the probes and tracepoints that would have shown it. */
public final class Advisor {
  /** Rules by the events that they lack, in the best order of recording. */
  private static final class Wanted {
    final Map<EventKind, Set<String>> rules = new LinkedHashMap<>();

    void add(EventKind kind, String rule) {
      rules.computeIfAbsent(kind, _ -> new TreeSet<>()).add(rule);
    }
  }

  private final Recorded recorded;
  private final Generation design;
  private final Wanted add = new Wanted();
  private final Wanted perhaps = new Wanted();
  private final Set<String> syscalls = new LinkedHashSet<>();
  private final Set<String> neverHappened = new LinkedHashSet<>();
  private final Set<String> impossible = new LinkedHashSet<>();

  /** @param hint the design, where something else than the events suggests one; or null */
  public Advisor(Recorded recorded, @Nullable Generation hint) {
    this.recorded = recorded;
    Generation known = recorded.generation() != null ? recorded.generation() : hint;
    design = known == null || known == Generation.MMAP_LOCK ? Generation.REFCOUNT : known;
  }

  /**
   * What to add.
   *
   * @param general what every further recording needs, such as a larger buffer
   */
  public Advice advise(List<RuleInfo> rules, List<Advice.Step> general) {
    for (RuleInfo rule : rules) {
      Missing missing = recorded.missing(rule);
      if (missing != null && missing.design() == null && missing.release() == ReleaseLogged.BEFORE_THE_UNLOCK && rule.generations().contains(design)) {
        judge(rule, missing);
      }
    }
    List<Advice.Step> steps = new ArrayList<>(general);
    steps.addAll(steps(add));
    boolean bordersMissing = !recorded.ops().contains(Op.SYSCALL_ENTER) || !recorded.ops().contains(Op.SYSCALL_EXIT);
    if (!syscalls.isEmpty() || bordersMissing) {
      steps.add(Advice.Step.of("system calls", List.copyOf(syscalls), Tracepoints.syscalls()));
    }
    return new Advice(
        List.copyOf(steps), steps(perhaps), List.copyOf(neverHappened), List.copyOf(impossible), recorded.generation() == null ? assumed() : "");
  }

  private void judge(RuleInfo rule, Missing missing) {
    Set<Op> ops = EnumSet.noneOf(Op.class);
    ops.addAll(missing.values() ? rule.on() : missing.ops());
    if (missing.values() && !rule.valuesSuffice()) {
      ops.addAll(rule.needs());
    }
    boolean any = false;
    boolean cannot = false;
    for (Op op : ops) {
      for (EventKind kind : EventKinds.recordedFor(op)) {
        boolean recordable = kind.source() == EventKind.Source.TRACEPOINT || Probes.of(kind, design) != null;
        cannot |= !recordable && rule.needs().contains(op);
        any |= recordable && want(kind, rule, missing.values());
      }
      if (EventKinds.recordedFor(op).isEmpty()) {
        syscalls.add(rule.id());
        any = true;
      }
    }
    if (cannot) {
      impossible.add(rule.id());
    } else if (!any) {
      neverHappened.add(rule.id());
    }
  }

  /** Sorts an event into the advice; whether recording it may help. */
  private boolean want(EventKind kind, RuleInfo rule, boolean forValues) {
    boolean probe = kind.source() != EventKind.Source.TRACEPOINT;
    boolean seen = recorded.witness().saw(kind) || recorded.witness().saw(Sources.companion(kind));
    boolean bare = recorded.witness().isBare(kind);
    if (seen && !((forValues || bare) && fetchesValues(kind))) {
      return false;
    }
    boolean certain = forValues || bare || kind.isCertain(design) || probe && !recorded.witness().hasProbes() || !probe && !anyTracepoint();
    (certain ? add : perhaps).add(kind, rule.id());
    return true;
  }

  private boolean fetchesValues(EventKind kind) {
    return !kind.sampled().isEmpty() && Probes.of(kind, design) != null;
  }

  private boolean anyTracepoint() {
    return recorded.witness().saw(MmapLockEvents.MMAP_LOCK_START_LOCKING);
  }

  private List<Advice.Step> steps(Wanted wanted) {
    Map<String, Set<String>> folders = new LinkedHashMap<>();
    Set<String> probed = new TreeSet<>();
    List<String> probes = new ArrayList<>();
    wanted.rules.forEach(
        (kind, rules) -> {
          if (kind.source() == EventKind.Source.TRACEPOINT) {
            folders.computeIfAbsent(kind.folder(), _ -> new TreeSet<>()).addAll(rules);
          } else {
            probed.addAll(rules);
          }
        });
    for (Probes.Probe probe : Probes.all()) {
      if (wanted.rules.containsKey(probe.kind()) && probe.designs().contains(design)) {
        probes.add(probe.definition());
      }
    }
    List<Advice.Step> steps = new ArrayList<>();
    folders.forEach(
        (folder, rules) -> steps.add(Advice.Step.of("tracepoints " + folder, List.copyOf(rules), Tracepoints.record(folder))));
    if (!probes.isEmpty()) {
      String why = recorded.witness().hasValues() || !recorded.witness().hasProbes() ? "probes" : "probes with values, in place of yours on the same functions";
      steps.add(new Advice.Step(why, List.copyOf(probed), List.of(Tracepoints.enable("vma")), List.copyOf(probes), values(probes)));
    }
    return steps;
  }

  /** The values that these probes name. */
  private Map<String, String> values(List<String> probes) {
    Map<String, String> values = new LinkedHashMap<>();
    if (probes.stream().anyMatch(probe -> (probe + " ").contains(" $V "))) {
      values.put("V", Probes.values(design));
    }
    if (probes.stream().anyMatch(probe -> (probe + " ").contains(" $VP "))) {
      values.put("VP", Probes.preparedValues(design));
    }
    return values;
  }

  private String assumed() {
    return switch (design) {
      case MMAP_LOCK, RWSEM -> "6.4 to 6.14";
      case REFCOUNT -> "6.15 to 6.19";
      case EXCLUDE_READERS -> "7.0 and later";
    };
  }
}
