package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.PerTask;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;
import org.jspecify.annotations.Nullable;

/**
 * PROCMAP_QUERY touches the user's memory before its first look-up and after it has let go of the last VMA. Where it lets go shows in no event:
 * of a fault between two look-ups it is known that a VMA was locked.
 */
final class NoFaultInProcmapQuery extends Rule {
  private final PerTask<Query> queries = new PerTask<>();

  NoFaultInProcmapQuery() {
    super(hang("R99", "PROCMAP_QUERY does not fault while it has a VMA read-locked").onlyPossible().since("6.15")
        .on(Op.PROCMAP_QUERY, Op.PROCMAP_QUERY_RET, Op.LOCK_NEXT_VMA, Op.PAGE_FAULT).needs(Op.PROCMAP_QUERY, Op.PROCMAP_QUERY_RET, Op.LOCK_NEXT_VMA, Op.PAGE_FAULT)
        .sources("fs/proc/task_mmu.c do_procmap_query(), query_matching_vma() (6.18)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (step.op() == Op.PROCMAP_QUERY) {
      queries.put(step.task(), new Query(null, null));
      return;
    }
    Query query = queries.get(step.task());
    if (query == null) {
      return;
    }
    switch (step.op()) {
      case LOCK_NEXT_VMA -> {
        lookedUp(query, checks);
        queries.put(step.task(), new Query(step.moment().copy(), null));
      }
      case PAGE_FAULT -> queries.put(step.task(), new Query(query.locked, step.moment().copy()));
      default -> queries.put(step.task(), null);
    }
  }

  private static void lookedUp(Query query, Checks checks) {
    if (query.locked == null) {
      return;
    }
    if (query.faulted == null) {
      checks.held();
    } else {
      checks.suspect("PROCMAP_QUERY has faulted between two look-ups", seen(query.locked, "a VMA is read-locked"), seen(query.faulted, "the task faults"));
    }
  }

  /** A query: when it has locked a VMA, and when its task has faulted since. */
  private record Query(@Nullable Moment locked, @Nullable Moment faulted) {}
}
