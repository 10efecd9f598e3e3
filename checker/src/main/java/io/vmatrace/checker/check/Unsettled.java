package io.vmatrace.checker.check;

/** Why a verdict can be neither given nor taken back. */
enum Unsettled {
  AT_THE_END("the capture ends before it is decided", "the capture ends before %s is decided: let the recording go on for a while"),
  CPU_SILENT(
      "a CPU is silent where its task changes an mm",
      "a CPU has no more events where its task changes an mm, so %s cannot be decided: let the recording go on for a while, with a larger buffer"),
  EVENTS_ABSENT(
      "events of the mmap_lock are missing",
      "events of the mmap_lock are missing that must have happened (%s): an event filter, events that were off for a while, or a full buffer"),
  PROBES_ABSENT(
      "write locks, detaches or frees of VMAs may be missing",
      "write locks, detaches or frees of VMAs may be missing (%s): nothing shows that their probes were on just then"),
  TRACING_OFF(
      "tracing may have been off for a moment",
      "tracing may have been off for a moment, everywhere or on a CPU, where a task that matters has no events: %s cannot be decided"),
  CLOCKS_DIFFER(
      "the clocks of two CPUs may differ",
      "the clocks of two CPUs may differ by more than what lies between their events (%s): record with the trace clock mono, if the machine's clocks are not steady"),
  ALLOCATION_UNSEEN(
      "VMAs may have been made anew",
      "VMAs may have been made anew in the place of others (%s): nothing shows that their allocations were being recorded just then, on every CPU"),
  ALLOCATION_ABSENT(
      "VMAs were made anew, and nothing shows it",
      "VMAs were made anew in the place of others, and their allocations are missing (%s): an event filter, events that were off for a while, or a full buffer");

  private final String why;
  private final String reason;

  Unsettled(String why, String reason) {
    this.why = why;
    this.reason = reason;
  }

  /** Why a rule has no answer. */
  String why() {
    return why;
  }

  /** Why no verdict can be given, with the rules that have no answer. */
  String reason(String rules) {
    return reason.formatted(rules);
  }
}
