package io.vmatrace.cli.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The command that is recorded: a shell puts itself among the traced tasks, switches the trace on and becomes the command. */
final class TracedProgram {
  private static final String SCRIPT = "echo $$ > \"$1/set_event_pid\" && echo 1 > \"$1/tracing_on\" || exit 125; shift; exec \"$@\"";

  /** The same where all tasks are traced. */
  private static final String SCRIPT_FOR_ALL = "shift; exec \"$@\"";

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final long SIGINT_BIT = 1 << 1;

  private TracedProgram() {}

  /** Says no to a command that does not exist, before anything is set up. */
  static void check(List<String> command) throws RecordException {
    String name = command.getFirst();
    List<Path> places = places(name);
    if (places.stream().noneMatch(Files::isRegularFile)) {
      throw RecordException.usage("no command is called %s".formatted(name));
    }
    if (places.stream().noneMatch(place -> Files.isRegularFile(place) && Files.isExecutable(place))) {
      throw RecordException.usage("%s may not be executed".formatted(name));
    }
  }

  /** Where a program may be that is called so, as a shell looks for it. */
  static List<Path> places(String name) {
    return name.contains("/")
        ? List.of(Path.of(name))
        : Stream.of(System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":", -1)).map(folder -> Path.of(folder.isEmpty() ? "." : folder, name)).toList();
  }

  /** Starts it, with the standard streams of this process. */
  static Process start(TraceInstance instance, List<String> command, boolean isAllTraced) throws IOException {
    List<String> words = new ArrayList<>(List.of("sh", "-c", isAllTraced ? SCRIPT_FOR_ALL : SCRIPT, "vmatrace-command", instance.path().toString()));
    words.addAll(command);
    ProcessBuilder program = asUserHasIt(new ProcessBuilder(words).inheritIO());
    return areInterruptsIgnored() ? startInterruptible(program) : program.start();
  }

  /** With the locale that the launcher was started in: ours may be another. */
  static ProcessBuilder asUserHasIt(ProcessBuilder program) {
    Map<String, String> environment = program.environment();
    String locale = environment.remove("VMATRACE_LC_ALL");
    if (locale != null && locale.isEmpty()) {
      environment.remove("LC_ALL");
    } else if (locale != null) {
      environment.put("LC_ALL", locale);
    }
    return program;
  }

  /** What a shell starts in the background ignores SIGINT, and so would every command that is started here. */
  private static Process startInterruptible(ProcessBuilder program) throws IOException {
    try (LinuxCalls calls = new LinuxCalls()) {
      calls.interrupts(false);
      try {
        return program.start();
      } finally {
        calls.interrupts(true);
      }
    }
  }

  private static boolean areInterruptsIgnored() throws IOException {
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines.anyMatch(line -> line.startsWith("SigIgn:") && (Long.parseUnsignedLong(line.substring(7).strip(), 16) & SIGINT_BIT) != 0);
    }
  }
}
