package io.vmatrace.cli.record;

/** How much a recording is to show: docs/CAPTURE.md. */
public enum RecordLevel {
  /** Tracepoints. */
  E0,
  /** And probes on the VMA lock's functions. */
  E1,
  /** And the values that they fetch. */
  E2
}
