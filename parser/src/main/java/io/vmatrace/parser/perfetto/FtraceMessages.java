package io.vmatrace.parser.perfetto;

import java.util.List;
import org.eclipse.collections.impl.map.mutable.primitive.IntObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Events that Perfetto has a message of its own for: their fields in FtraceEvent and in the message (protos/perfetto/trace/ftrace/
 * ftrace_event.proto, sched.proto, task.proto, raw_syscalls.proto, kmem.proto, ftrace.proto, power.proto, irq.proto, signal.proto and
 * oom.proto; the arguments of sys_enter since 2026). Of the others a trace gives numbers only.
 */
final class FtraceMessages {
  static final int SCHED_SWITCH = 4;
  static final int SCHED_WAKEUP = 17;
  static final int SCHED_WAKING = 20;
  static final int TASK_NEWTASK = 235;
  static final int TASK_RENAME = 236;
  static final int SCHED_PROCESS_FORK = 239;

  /** Any event, with its name and the names of its values: generic.proto GenericFtraceEvent. */
  static final int GENERIC = 327;

  /** A probe that Perfetto itself defined, without values: generic.proto KprobeEvent. */
  static final int KPROBE = 542;

  /** Number and name of an event, and the names of the message's fields 1, 2, …; a u where the number has no sign, an x for an address. */
  private static final String TABLE =
      """
      3 print ip:x buf
      4 sched_switch prev_comm prev_pid prev_prio prev_state next_comm next_pid next_prio
      11 cpu_frequency state:u cpu_id:u
      12 cpu_frequency_limits min_freq:u max_freq:u cpu_id:u
      13 cpu_idle state:u cpu_id:u
      17 sched_wakeup comm pid prio success target_cpu
      18 sched_blocked_reason pid caller:x io_wait:u
      20 sched_waking comm pid prio success target_cpu
      21 ipi_entry reason
      22 ipi_exit reason
      23 ipi_raise target_cpus:u reason
      24 softirq_entry vec:u
      25 softirq_exit vec:u
      26 softirq_raise vec:u
      36 irq_handler_entry irq name handler:u
      37 irq_handler_exit irq ret
      114 sched_wakeup_new comm pid prio success target_cpu
      235 task_newtask pid comm clone_flags:x oom_score_adj
      236 task_rename pid oldcomm newcomm oom_score_adj
      237 sched_process_exec filename pid old_pid
      238 sched_process_exit comm pid tgid prio
      239 sched_process_fork parent_comm parent_pid child_comm child_pid
      240 sched_process_free comm pid prio
      241 sched_process_hang comm pid
      242 sched_process_wait comm pid prio
      298 kfree call_site:x ptr:x
      299 kmalloc bytes_alloc:u bytes_req:u call_site:x gfp_flags:u ptr:x
      300 kmalloc_node bytes_alloc:u bytes_req:u call_site:x gfp_flags:u node ptr:x
      301 kmem_cache_alloc bytes_alloc:u bytes_req:u call_site:x gfp_flags:u ptr:x
      302 kmem_cache_alloc_node bytes_alloc:u bytes_req:u call_site:x gfp_flags:u node ptr:x
      303 kmem_cache_free call_site:x ptr:x
      307 mm_page_alloc gfp_flags:u migratetype order:u page:x pfn:u
      310 mm_page_free order:u page:x pfn:u
      313 rss_stat member size curr:u mm_id:u
      329 sys_enter id args:x
      330 sys_exit id ret
      353 sched_pi_setprio comm newprio oldprio pid
      437 funcgraph_entry
      438 funcgraph_exit
      491 sched_migrate_task comm pid prio orig_cpu dest_cpu running load:u
      """;

  /** @param fields the names of its fields, from number 1 on, with their marks */
  record Typed(String name, List<String> fields) {}

  private static final IntObjectHashMap<Typed> BY_NUMBER = byNumber();

  private FtraceMessages() {}

  /** The event of a number; null when it is none of these. */
  static @Nullable Typed of(int number) {
    return BY_NUMBER.get(number);
  }

  private static IntObjectHashMap<Typed> byNumber() {
    IntObjectHashMap<Typed> table = new IntObjectHashMap<>();
    for (String line : (Iterable<String>) TABLE.lines()::iterator) {
      List<String> words = List.of(line.split(" ", -1));
      table.put(Integer.parseInt(words.get(0)), new Typed(words.get(1), words.subList(2, words.size())));
    }
    return table;
  }
}
