package io.vmatrace.parser.capture;

import io.vmatrace.parser.event.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.input.Compression;
import io.vmatrace.parser.input.FileBytes;
import io.vmatrace.parser.input.Input;
import io.vmatrace.parser.tracedat.TraceDat;
import io.vmatrace.parser.tracedat.TracePages;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens captures: looks at what is inside, never at a file's name. */
public final class Captures {
  /** The name of standard input. */
  public static final String STANDARD_INPUT = "-";

  private Captures() {}

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
      if (TracePages.isIn(file)) {
        return TracePages.open(file, path, limits, names);
      }
      throw new CaptureException(path, "is a directory: name the capture inside it");
    }
    if (!Files.isReadable(file)) {
      throw new CaptureException(path, "permission denied: trace files belong to root; copy it or change its mode");
    }
    return opened(path, limits, names, file, false, Input.open(path, file, limits));
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
      if (TraceDat.isBegunBy(input.head(TraceDat.MAGIC_BYTES))) {
        return traceDat(path, names, file, temporary, input);
      }
      return new TextCapture(path, limits, names, file, temporary, input);
    } catch (CaptureException e) {
      input.close();
      throw e;
    }
  }

  private static Capture traceDat(String path, EventNames names, Path file, boolean temporary, Input input)
      throws IOException, CaptureException {
    Compression compression = input.compression();
    FileBytes bytes = FileBytes.of(path, temporary ? null : file, input);
    try {
      return TraceDat.open(bytes, compression == null ? null : compression.text(), names);
    } catch (CaptureException e) {
      bytes.close();
      throw e;
    } finally {
      input.close();
      if (temporary) {
        Files.deleteIfExists(file);
      }
    }
  }
}
