package io.vmatrace.parser.perfetto;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** What protoc, protobuf's own compiler, reads in a trace: another reader of the same bytes. */
final class Protoc {
  private static final String PROTO_FOLDER = "src/test/resources/perfetto";

  /** A field that protoc printed: its value, or the fields in it. */
  record Node(String name, String value, List<Node> fields) {
    List<Node> all(String wanted) {
      return fields.stream().filter(field -> field.name.equals(wanted)).toList();
    }

    Optional<Node> first(String wanted) {
      return all(wanted).stream().findFirst();
    }

    long number(String wanted) {
      return Protoc.number(first(wanted).orElseThrow().value);
    }

    String text(String wanted) {
      return unquoted(first(wanted).orElseThrow().value);
    }
  }

  private Protoc() {}

  /** Where protoc is, or nothing where it is not for this machine: Maven has it beside protobuf's library, of the same version. */
  static Optional<Path> program(Path folder) throws IOException, URISyntaxException {
    Path library = Path.of(CodedInputStream.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    String version = String.valueOf(library.resolve("..").normalize().getFileName());
    Path protoc = library.resolve("../../../protoc/%1$s/protoc-%1$s-linux-x86_64.exe".formatted(version)).normalize();
    if (!System.getProperty("os.arch").equals("amd64") || !Files.exists(protoc)) {
      return Optional.empty();
    }
    Path program = Files.copy(protoc, folder.resolve("protoc"), StandardCopyOption.REPLACE_EXISTING);
    return program.toFile().setExecutable(true) ? Optional.of(program) : Optional.empty();
  }

  /** The message Trace, as protoc prints it. */
  static Node decode(Path program, Path trace, Path folder) throws IOException, InterruptedException {
    Path out = folder.resolve("protoc.txt");
    Process process =
        new ProcessBuilder(program.toString(), "-I", PROTO_FOLDER, "--decode=perfetto.protos.Trace", "trace.proto")
            .redirectInput(trace.toFile())
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (process.waitFor() != 0) {
      throw new IOException("protoc exits with " + process.exitValue());
    }
    Node root = new Node("", "", new ArrayList<>());
    Deque<Node> open = new ArrayDeque<>(List.of(root));
    for (String line : Files.readAllLines(out, StandardCharsets.UTF_8)) {
      String text = line.strip();
      if (text.endsWith(" {")) {
        Node node = new Node(text.substring(0, text.length() - 2), "", new ArrayList<>());
        open.element().fields.add(node);
        open.push(node);
      } else if (text.equals("}")) {
        open.pop();
      } else {
        int colon = text.indexOf(": ");
        open.element().fields.add(new Node(text.substring(0, colon), text.substring(colon + 2), List.of()));
      }
    }
    return root;
  }

  static boolean isText(Node node) {
    return node.value.startsWith("\"");
  }

  static String unquoted(String value) {
    return value.substring(1, value.length() - 1);
  }

  static long number(String value) {
    return value.startsWith("-") ? Long.parseLong(value) : Long.parseUnsignedLong(value);
  }
}
