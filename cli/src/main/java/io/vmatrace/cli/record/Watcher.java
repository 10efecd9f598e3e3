package io.vmatrace.cli.record;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A shell that cleans up when this process is killed: it holds nothing but the end of a pipe, and learns by its closing that nobody is
 * there any more. It saves what the ring buffers still hold, and removes what is ours.
 */
final class Watcher {
  /** A file in the folder: the probes that are ours, GROUP/NAME, a line each. */
  static final String PROBES = "probes";

  /** $1 the instance, $2 the folder, $3 the number of this process. */
  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      read -r word
      [ "$word" = done ] && exit
      instance=$1 folder=$2
      cd / || exit
      echo 0 > "$instance/tracing_on"
      cats=
      [ -s "$folder/events/header_page" ] && for cpu in "$instance"/per_cpu/cpu*; do
        number=${cpu##*cpu}
        cat "$cpu/trace_pipe_raw" > "$folder/cpu$number-rest.raw" 2>/dev/null &
        cats="$cats $!"
      done
      tries=0
      while [ $tries -lt 100 ] && cat "$instance"/per_cpu/cpu*/stats | grep -q '^entries: [1-9]'; do
        tries=$((tries + 1))
        sleep 0.1
      done
      sleep 0.1
      [ -z "$cats" ] || kill -9 $cats
      wait
      recorded=
      for pages in "$folder"/cpu*; do
        if [ -s "$pages" ]; then recorded=1; else rm -f "$pages"; fi
      done
      mkdir -p "$folder/stats"
      for cpu in "$instance"/per_cpu/cpu*; do
        number=${cpu##*cpu}
        { echo "CPU: $number"; cat "$cpu/stats"; } > "$folder/stats/cpu$number"
      done
      cat "${instance%/instances/*}/saved_cmdlines" > "$folder/saved_cmdlines"
      probes=$(cat "$folder/probes")
      [ -n "$recorded" ] || rm -rf "$folder"
      tries=0
      while [ -d "$instance" ] && [ $tries -lt 100 ]; do
        rmdir "$instance" 2>/dev/null || sleep 0.1
        tries=$((tries + 1))
      done
      for probe in $probes; do
        echo "-:$probe" >> "${instance%/instances/*}/dynamic_events"
      done 2>/dev/null
      [ -z "$recorded" ] && echo "vmatrace: the recorder was killed before anything was recorded" >&2 && exit
      echo "vmatrace: the recorder was killed; what it recorded is in $folder, which vmatrace check reads as it is" >&2
      """;

  private final Process shell;

  private Watcher(Process shell) {
    this.shell = shell;
  }

  /** Begins to watch, in a session of its own where setsid(1) is there: a signal to this process and its group does not reach it. */
  static Watcher start(TraceInstance instance, Path folder) throws IOException {
    List<String> command = new ArrayList<>(isThere("setsid") ? List.of("setsid") : List.of());
    command.addAll(List.of("sh", "-c", SCRIPT, "vmatrace-watcher", instance.path().toString(), folder.toAbsolutePath().toString()));
    return new Watcher(
        new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  private static boolean isThere(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":", -1)).anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /** Says that everything has been removed. */
  void dismiss() throws InterruptedException {
    try (OutputStream in = shell.getOutputStream()) {
      in.write("done\n".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException _) {
      // it is gone already, and does nothing any more
    }
    shell.waitFor();
  }
}
