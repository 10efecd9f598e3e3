package io.vmatrace.cli.record;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A shell that cleans up when this process is killed: it holds nothing but the end of a pipe, and learns by its closing that nobody is
 * there any more. It saves what the ring buffers still hold, and removes what is ours. It is there before anything is set up. A line that it
 * reads tells it that nothing is left to do, that there is a file, or that the rest is left to it.
 */
final class Watcher {
  /** $1 the instance, $2 the folder of pages, $3 the group of the probes, $4 where tracefs is mounted. */
  private static final String SCRIPT =
      """
      trap '' INT TERM HUP PIPE
      echo ready
      exec >/dev/null
      word= file=
      while read -r word; do
        case $word in
          done) exit ;;
          file) file=1 ;;
          *) break ;;
        esac
      done
      instance=$1 folder=$2 group=$3 tracing=$4
      cd / || exit
      rm -rf "$folder.part"
      recorded=
      if [ -d "$instance" ] && [ "$word" != rest ]; then
        echo 0 > "$instance/tracing_on"
        cats=
        [ -d "$folder" ] && for cpu in "$instance"/per_cpu/cpu*; do
          cat "$cpu/trace_pipe_raw" > "$folder/cpu${cpu##*cpu}-rest.raw" 2>/dev/null &
          cats="$cats $!"
        done
        tries=0
        while [ $tries -lt 100 ] && grep -qs '^entries: [1-9]' "$instance"/per_cpu/cpu*/stats; do
          [ -n "$cats" ] || break
          tries=$((tries + 1))
          sleep 0.1
        done
        sleep 0.1
        [ -z "$cats" ] || kill -9 $cats
        wait
      fi
      if [ -d "$folder" ] && [ "$word" != rest ]; then
        rm -f "$folder/whole.dat"
        for pages in "$folder"/cpu*; do
          if [ -s "$pages" ]; then recorded=1; else rm -f "$pages"; fi
        done
        if [ -z "$recorded" ]; then
          mv "$folder" "$folder.part"
          rm -rf "$folder.part"
        elif [ -d "$instance" ]; then
          mkdir -p "$folder/stats"
          for cpu in "$instance"/per_cpu/cpu*; do
            { echo "CPU: ${cpu##*cpu}"; cat "$cpu/stats"; } > "$folder/stats/cpu${cpu##*cpu}"
          done
          cat "$tracing/saved_cmdlines" > "$folder/saved_cmdlines"
        fi
      fi
      tries=0
      while [ -d "$instance" ] && [ $tries -lt 100 ]; do
        rmdir "$instance" 2>/dev/null || sleep 0.1
        tries=$((tries + 1))
      done
      if [ -e "$tracing/dynamic_events" ]; then
        probes=$(sed -n "s|^[a-z][0-9]*:\\($group/[^ ]*\\) .*|\\1|p" "$tracing/dynamic_events")
        for probe in $probes; do
          echo "-:$probe" >> "$tracing/dynamic_events"
        done
      fi
      if [ -d "$instance" ]; then
        echo "vmatrace: $instance cannot be removed, for somebody reads it: rmdir it after that" >&2
      fi
      if [ "$word" = rest ]; then
        exit
      elif [ -n "$recorded" ]; then
        echo "vmatrace: the recorder was killed; what it recorded is in $folder, which vmatrace check reads as it is" >&2
      elif [ -n "$file" ]; then
        echo "vmatrace: the recorder was killed, and had written the capture" >&2
      else
        echo "vmatrace: the recorder was killed, and left no pages" >&2
      fi
      """;

  private final Process shell;

  private Watcher(Process shell) {
    this.shell = shell;
  }

  /**
   * Begins to watch, in a session of its own where setsid(1) is there: a signal to this process and its group does not reach it.
   *
   * @param instance that will be made
   * @param folder that will be made, after it was {@code FOLDER.part}
   * @param group of the probes that will be made
   * @throws RecordException when there is no shell: then nobody would clean up
   */
  static Watcher start(Tracefs tracefs, Path instance, Path folder, String group) throws RecordException {
    List<String> command = new ArrayList<>(TracedProgram.places("setsid").stream().anyMatch(Files::isExecutable) ? List.of("setsid") : List.of());
    command.addAll(List.of("sh", "-c", SCRIPT, "vmatrace-watcher", instance.toString(), folder.toAbsolutePath().toString(), group, tracefs.root().toString()));
    try {
      Process shell = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      try (BufferedReader said = shell.inputReader(StandardCharsets.US_ASCII)) {
        if (said.readLine() != null) { // now no signal ends it any more
          return new Watcher(shell);
        }
      }
      throw RecordException.refused("the shell that would clean up after a SIGKILL ends at once");
    } catch (IOException e) {
      throw RecordException.refused("no shell can be started, which would clean up after a SIGKILL: " + e.getMessage());
    }
  }

  /** Says that what was recorded is a file now. */
  void hasFile() {
    say("file");
  }

  /** Says that everything has been removed. */
  void dismiss() throws InterruptedException {
    say("done");
    shell.waitFor();
  }

  /** Says that not everything could be removed: it goes on with that, after this process too. */
  void takeOver() {
    say("rest");
  }

  private void say(String word) {
    OutputStream in = shell.getOutputStream();
    try {
      in.write((word + "\n").getBytes(StandardCharsets.US_ASCII));
      in.flush();
    } catch (IOException _) {
      // it is gone already, and does nothing any more
    }
  }
}
