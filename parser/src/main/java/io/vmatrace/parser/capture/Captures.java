package io.vmatrace.parser.capture;

import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.input.FileBytes;
import io.vmatrace.parser.input.FileTrouble;
import io.vmatrace.parser.input.Input;
import io.vmatrace.parser.input.TemporaryFile;
import io.vmatrace.parser.perf.PerfCapture;
import io.vmatrace.parser.tracedat.TracePages;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
   * What is under a folder that a user named, each to be {@link #expand expanded}; null for all else, and for a folder that is a capture.
   *
   * @throws CaptureException when the folder cannot be read
   */
  public static @Nullable List<String> under(String path) throws CaptureException {
    Path folder = Path.of(path);
    if (path.equals(STANDARD_INPUT) || !CaptureFolder.is(folder)) {
      return null;
    }
    try {
      return CaptureFolder.files(folder);
    } catch (IOException e) {
      throw new CaptureException(path, FileTrouble.of(e), e);
    }
  }

  /**
   * Opens a capture and looks at its beginning.
   *
   * @param path a file, or {@value #STANDARD_INPUT}
   * @throws CaptureException when it cannot be read, or is no capture; the message is for a person
   */
  public static Capture open(String path, CaptureLimits limits, EventNames names) throws CaptureException {
    return open(path.equals(STANDARD_INPUT) ? standardInput() : CaptureSource.of(path), limits, names);
  }

  /**
   * Opens a capture and looks at its beginning. The source must stay open as long as the capture.
   *
   * @throws CaptureException when it cannot be read, or is no capture; the message is for a person
   */
  public static Capture open(CaptureSource source, CaptureLimits limits, EventNames names) throws CaptureException {
    if (source.unreadable() != null) {
      throw new CaptureException(source.name(), source.unreadable());
    }
    try {
      InputStream stream = source.stream();
      if (stream != null) {
        return openStream(source.name(), stream, limits, names);
      }
      return source.copy() != null ? openCopy(source, limits, names) : openFile(source.name(), limits, names);
    } catch (IOException e) {
      throw new CaptureException(source.name(), "cannot be read: " + e.getMessage(), e);
    }
  }

  static CaptureSource standardInput() {
    return CaptureSource.of("standard input", System.in);
  }

  private static Capture openStream(String name, InputStream stream, CaptureLimits limits, EventNames names) throws IOException, CaptureException {
    OpenRequest request = new OpenRequest(name, TemporaryFile.create(".capture"), true, limits, names);
    try {
      OutputStream out = Files.newOutputStream(request.file());
      return opened(request, Input.open(name, stream, out, limits));
    } catch (IOException | CaptureException e) {
      request.deleteCopy();
      throw e;
    }
  }

  private static Capture openCopy(CaptureSource source, CaptureLimits limits, EventNames names) throws IOException, CaptureException {
    Input input = Input.open(source.name(), source.file(), limits);
    if (source.cutShort() != null) {
      input.isOnlyPart(source.cutShort());
    }
    return opened(new OpenRequest(source.name(), source.file(), false, limits, names), input);
  }

  private static Capture openFile(String path, CaptureLimits limits, EventNames names) throws IOException, CaptureException {
    String trouble = FileTrouble.reaching(path);
    if (trouble != null) {
      throw new CaptureException(path, trouble);
    }
    Path file = Path.of(path);
    if (Files.isDirectory(file) && Files.isReadable(file) && Files.isExecutable(file)) {
      return openDirectory(path, limits, names, file);
    }
    if (!Files.isReadable(file)) {
      throw new CaptureException(path, "permission denied: trace files belong to root; copy it or change its mode");
    }
    return opened(new OpenRequest(path, file, false, limits, names), Input.open(path, file, limits));
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

  private static Capture opened(OpenRequest request, Input input) throws IOException, CaptureException {
    try {
      CaptureFormat format = CaptureFormat.of(input);
      return format == null ? new TextCapture(request, input) : binary(format, request, input);
    } catch (CaptureException e) {
      input.close();
      throw e;
    }
  }

  private static Capture binary(CaptureFormat format, OpenRequest request, Input input) throws IOException, CaptureException {
    String compression = input.compression() == null ? null : input.compression().text();
    FileBytes bytes;
    try (input) {
      bytes = FileBytes.of(request.path(), request.temporary() ? null : request.file(), input);
    } finally {
      request.deleteCopy();
    }
    try {
      return format.opener().open(request, bytes, compression);
    } catch (CaptureException | RuntimeException e) {
      bytes.close();
      throw e;
    }
  }
}
