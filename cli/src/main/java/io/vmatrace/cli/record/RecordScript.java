package io.vmatrace.cli.record;

import io.vmatrace.parser.event.Generation;
import java.util.List;

/** A recording as a script for a box without Java: POSIX sh, what busybox has, and tracefs. It keeps what the ring buffers hold, and reads them when nothing is recorded any more. */
public final class RecordScript {
  private static final String HEAD =
      """
      #!/bin/sh
      # Records a command with its children into a folder of ring-buffer pages, which `vmatrace check FOLDER` reads: sh record.sh FOLDER COMMAND...
      # Needs root and tracefs; busybox is enough. What it sets up it removes, but for SIGKILL.
      # The ring buffers hold the newest BUFFER_KB KiB of each CPU (65536 unless set), about 1.5 million events: what is older is lost, and check says so. A
      # command that makes more than that wants `vmatrace record`: pages that are read by cat(1) while they are written are lost faster than that.
      set -eu
      [ $# -ge 2 ] || { echo "usage: sh $0 FOLDER COMMAND..." >&2; exit 2; }
      out=$1
      shift
      [ "$(id -u)" = 0 ] || { echo "$0: needs root" >&2; exit 5; }
      tracing=/sys/kernel/tracing
      [ -e $tracing/instances ] || mount -t tracefs tracefs $tracing || { echo "$0: no tracefs" >&2; exit 5; }
      mkdir "$out" || exit 5
      instance=$tracing/instances/vmatrace.$$
      group=vmatrace_$$
      mkdir "$instance"
      restore() {
        trap '' INT TERM HUP
        echo 0 > "$instance/tracing_on"
        rmdir "$instance"
        for name in $probes; do
          echo "-:$group/$name" >> $tracing/dynamic_events
        done
      }
      probes=
      trap restore EXIT
      trap 'exit 5' INT TERM HUP
      echo 0 > "$instance/tracing_on"
      echo "${BUFFER_KB:-65536}" > "$instance/buffer_size_kb"
      echo mono > "$instance/trace_clock"
      [ ! -e "$instance/options/event-fork" ] || echo 1 > "$instance/options/event-fork"
      has() { grep -q " $1\\$" /proc/kallsyms; }
      if has __vma_exclude_readers_for_detach || has __vma_start_exclude_readers; then design=exclude-readers
      elif has vma_mark_detached || has __vma_enter_locked; then design=refcount
      else design=rwsem; fi
      probe() {
        case $1 in *" $design "*) ;; *) return 0 ;; esac
        if echo "$2:$group/$3" >> $tracing/dynamic_events; then
          probes="$probes ${3%% *}"
        else
          echo "${3%% *}" >> "$out/refused"
        fi 2>/dev/null
      }
      """;

  private static final String TAIL =
      """
      for event in $events; do
        [ ! -e "$instance/events/$event/enable" ] || echo 1 > "$instance/events/$event/enable"
      done
      [ -z "$probes" ] || echo 1 > "$instance/events/$group/enable"
      for event in header_page header_event; do
        mkdir -p "$out/events"
        cat "$tracing/events/$event" > "$out/events/$event"
      done
      for event in ftrace $events ${probes:+$group}; do
        for format in "$instance/events/$event/format" "$instance/events/$event"/*/format; do
          [ -e "$format" ] || continue
          folder=${format#"$instance"/}
          mkdir -p "$out/${folder%/format}"
          cat "$format" > "$out/$folder"
        done
      done
      status=0
      sh -c 'echo $$ > "$1/set_event_pid"; echo 1 > "$1/tracing_on"; shift; exec "$@"' sh "$instance" "$@" || status=$?
      echo 0 > "$instance/tracing_on"
      echo "Linux (none) $(uname -r) $(uname -m)" > "$out/uname"
      cat "$instance/trace_clock" > "$out/trace_clock"
      cat $tracing/saved_cmdlines > "$out/saved_cmdlines"
      mkdir "$out/stats"
      cats=
      for cpu in "$instance"/per_cpu/cpu*; do
        n=${cpu##*cpu}
        { echo "CPU: $n"; cat "$cpu/stats"; } > "$out/stats/cpu$n"
        cat "$cpu/trace_pipe_raw" > "$out/cpu$n.raw" &
        cats="$cats $!"
      done
      while cat "$instance"/per_cpu/cpu*/stats | grep -q '^entries: [1-9]'; do sleep 1; done
      sleep 1
      kill $cats
      wait $cats 2>/dev/null || :
      echo "$0: $(cat "$out"/stats/* | awk '/^overrun/ { n += $2 } END { print n + 0 }') events lost; the command ended with status $status: vmatrace check $out" >&2
      """;

  private RecordScript() {}

  /** The lines of the script, for every kernel from 6.4 on. */
  public static String of(RecordLevel level) {
    StringBuilder script = new StringBuilder(HEAD);
    for (Generation design : List.of(Generation.RWSEM, Generation.REFCOUNT, Generation.EXCLUDE_READERS)) {
      for (String line : ProbeLines.of(design, level, "GROUP")) {
        String definition = line.substring(line.indexOf('/') + 1);
        script.append("probe ' %s ' %s '%s'%n".formatted(design.text(), line.substring(0, line.indexOf(':')), definition));
      }
    }
    script.append("events='").append(String.join(" ", ChosenEvents.wanted())).append("'\n");
    return script.append(TAIL).toString();
  }
}
