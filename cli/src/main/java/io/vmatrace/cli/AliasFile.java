package io.vmatrace.cli;

import io.vmatrace.parser.event.EventAlias;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.FileTrouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * A user's own names of events, as YAML; JSON is YAML too.
 *
 * <pre>
 * events:
 *   my_lock:
 *     is: lock_vma_under_rcu_ret
 *     fields: {arg1: mm, arg2: address, retval: vma}
 * </pre>
 */
final class AliasFile {
  private static final long MOST_BYTES = 1 << 20;

  private AliasFile() {}

  /** The built-in names, and those of the file that --events names, if it was given. Any fault in it is a usage error. */
  static EventNames names(CommandSpec spec) {
    String file = spec.commandLine().getParseResult().<@Nullable String>matchedOptionValue("--events", null);
    if (file == null) {
      return EventNames.BUILT_IN;
    }
    try {
      return EventNames.BUILT_IN.with(aliases(load(Path.of(file))));
    } catch (IOException e) {
      throw misuse(spec, file, "cannot be read: " + FileTrouble.of(e));
    } catch (MarkedYamlEngineException e) {
      throw misuse(spec, file, "is neither YAML nor JSON: %s%s".formatted(e.getProblem(), e.getProblemMark().map(AliasFile::place).orElse("")));
    } catch (YamlEngineException e) {
      throw misuse(spec, file, "is neither YAML nor JSON: " + String.join(" ", String.valueOf(e.getMessage()).lines().map(String::strip).toList()));
    } catch (IllegalArgumentException e) {
      throw misuse(spec, file, String.valueOf(e.getMessage()));
    }
  }

  private static String place(Mark mark) {
    return " (line %d, column %d)".formatted(mark.getLine() + 1, mark.getColumn() + 1);
  }

  private static ParameterException misuse(CommandSpec spec, String file, String what) {
    return new ParameterException(spec.commandLine(), "--events %s: %s".formatted(file, what));
  }

  private static @Nullable Object load(Path file) throws IOException {
    FileTrouble.requireRegular(file);
    if (Files.size(file) > MOST_BYTES) {
      throw new IllegalArgumentException("larger than %d bytes".formatted(MOST_BYTES));
    }
    return new Load(LoadSettings.builder().setLabel(file.toString()).build()).loadFromString(Files.readString(file));
  }

  private static List<EventAlias> aliases(@Nullable Object document) {
    Map<String, Object> top = map(document, "the file", Set.of("events"));
    List<EventAlias> aliases = new ArrayList<>();
    map(top.get("events"), "events", Set.of())
        .forEach(
            (name, value) -> {
              Map<String, Object> event = map(value, name, Set.of("is", "fields"));
              Map<String, String> fields = new LinkedHashMap<>();
              map(event.getOrDefault("fields", Map.of()), "fields of " + name, Set.of())
                  .forEach((theirs, ours) -> fields.put(theirs, string(ours, theirs + " of " + name)));
              aliases.add(new EventAlias(name, string(event.get("is"), "is of " + name), fields));
            });
    return aliases;
  }

  /** A mapping; its keys must be among {@code keys} unless those are empty. */
  private static Map<String, Object> map(@Nullable Object value, String what, Set<String> keys) {
    if (!(value instanceof Map<?, ?> read)) {
      throw new IllegalArgumentException("%s must be a mapping%s".formatted(what, keys.isEmpty() ? "" : " with " + String.join(" and ", keys.stream().sorted().toList())));
    }
    Map<String, Object> map = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : read.entrySet()) {
      String key = String.valueOf(entry.getKey());
      if (!keys.isEmpty() && !keys.contains(key)) {
        throw new IllegalArgumentException("%s has %s, which means nothing here".formatted(what, key));
      }
      if (entry.getValue() == null) {
        throw new IllegalArgumentException("%s of %s is empty".formatted(key, what));
      }
      map.put(key, entry.getValue());
    }
    return map;
  }

  private static String string(@Nullable Object value, String what) {
    if (!(value instanceof String text)) {
      throw new IllegalArgumentException("%s must be a name".formatted(what));
    }
    return text;
  }
}
