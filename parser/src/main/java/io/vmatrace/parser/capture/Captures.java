package io.vmatrace.parser.capture;

import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.input.FileBytes;
import io.vmatrace.parser.input.Input;
import io.vmatrace.parser.perf.PerfCapture;
import io.vmatrace.parser.tracedat.TraceDat;
import io.vmatrace.parser.tracedat.TracePages;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Opens captures: looks at what is inside, never at a file's name. */
public final class Captures {
  /** The name of standard input. */
  public static final String STANDARD_INPUT = "-";

  private Captures() {}

  /** What a user named, as a set of things to {@link #open(CaptureSource, CaptureLimits, EventNames)}: an archive holds several. */
  public static CaptureSet expand(String path, CaptureLimits limits) {
    return CaptureSet.of(path, limits);
  }

  /**
   * Opens one of a set.
   *
   * @throws CaptureException when it cannot be read, or is no capture; the message is for a person
   */
  public static Capture open(CaptureSource source, CaptureLimits limits, EventNames names) throws CaptureException {
    if (source.unreadable() != null) {
      throw new CaptureException(source.name(), source.unreadable());
    }
    Path copy = source.copy();
    if (copy == null) {
      return open(source.name(), limits, names);
    }
    try {
      Input input = Input.open(source.name(), copy, limits);
      if (source.cutShort() != null) {
        input.isOnlyPart(source.cutShort());
      }
      return opened(source.name(), limits, names, copy, false, input);
    } catch (IOException e) {
      throw new CaptureException(source.name(), "cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Opens a capture and looks at its beginning.
   *
   * @param path a file, or {@value #STANDARD_INPUT}
   * @throws CaptureException when there is nothing there that can be read; the message is for a person
   */
  public static Capture open(String path, CaptureLimits limits, EventNames names) throws CaptureException {
    try {
      return path.equals(STANDARD_INPUT) ? openStandardInput(limits, names) : openFile(path, limits, names);
    } catch (IOException e) {
      throw new CaptureException(path, "cannot be read: " + e.getMessage(), e);
    }
  }

  private static Capture openFile(String path, CaptureLimits limits, EventNames names) throws IOException, CaptureException {
    Path file = Path.of(path);
    if (!Files.exists(file)) {
      throw new CaptureException(path, "no such file");
    }
    if (Files.isDirectory(file)) {
      return openDirectory(path, limits, names, file);
    }
    if (!Files.isReadable(file)) {
      throw new CaptureException(path, "permission denied: trace files belong to root; copy it or change its mode");
    }
    return opened(path, limits, names, file, false, Input.open(path, file, limits));
  }

  /** A directory of perf record --threads: the header is in {@code data}, records also in {@code data.0}, {@code data.1} and so on. */
  private static Capture openDirectory(String path, CaptureLimits limits, EventNames names, Path directory) throws IOException, CaptureException {
    if (TracePages.isIn(directory)) {
      return TracePages.open(directory, path, limits, names);
    }
    List<Path> paths = new ArrayList<>();
    paths.add(directory.resolve("data"));
    if (!Files.isRegularFile(paths.get(0)) || !Files.isReadable(paths.get(0))) {
      throw new CaptureException(path, "is a directory, and not one of perf record --threads: name the capture inside it");
    }
    for (int i = 0; Files.isReadable(directory.resolve("data." + i)); i++) {
      paths.add(directory.resolve("data." + i));
    }
    List<FileBytes> files = new ArrayList<>();
    try {
      for (Path part : paths) {
        files.add(FileBytes.of(path, part));
      }
      return new PerfCapture(path, files, null, limits, names);
    } catch (IOException | CaptureException | RuntimeException e) {
      files.forEach(FileBytes::close);
      throw e;
    }
  }

  private static Capture openStandardInput(CaptureLimits limits, EventNames names) throws IOException, CaptureException {
    Path copy = Files.createTempFile("vmatrace-", ".capture");
    try {
      OutputStream out = Files.newOutputStream(copy);
      return opened("standard input", limits, names, copy, true, Input.open("standard input", System.in, out, limits));
    } catch (IOException | CaptureException e) {
      Files.deleteIfExists(copy);
      throw e;
    }
  }

  private static Capture opened(String path, CaptureLimits limits, EventNames names, Path file, boolean temporary, Input input)
      throws IOException, CaptureException {
    try {
      if (TraceDat.isBegunBy(input.head(TraceDat.MAGIC_BYTES)) || PerfCapture.isPerfData(input.head(PerfCapture.MAGIC_BYTES))) {
        return binary(path, limits, names, file, temporary, input);
      }
      return new TextCapture(path, limits, names, file, temporary, input);
    } catch (CaptureException e) {
      input.close();
      throw e;
    }
  }

  private static Capture binary(String path, CaptureLimits limits, EventNames names, Path file, boolean temporary, Input input)
      throws IOException, CaptureException {
    boolean perf = PerfCapture.isPerfData(input.head(PerfCapture.MAGIC_BYTES));
    String compression = input.compression() == null ? null : input.compression().text();
    FileBytes bytes;
    try (input) {
      bytes = FileBytes.of(path, temporary ? null : file, input);
    } finally {
      if (temporary) {
        Files.deleteIfExists(file);
      }
    }
    try {
      return perf ? new PerfCapture(path, List.of(bytes), compression, limits, names) : TraceDat.open(bytes, compression, names);
    } catch (CaptureException | RuntimeException e) {
      bytes.close();
      throw e;
    }
  }
}
