package io.vmatrace.parser.capture;

import io.vmatrace.parser.tracedat.TracePages;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** A folder that is no capture itself, as the files under it; a folder below it that is a capture is one of them. */
final class CaptureFolder extends SimpleFileVisitor<Path> {
  private final Path top;
  private final List<String> files = new ArrayList<>();

  private CaptureFolder(Path top) {
    this.top = top;
  }

  /** Whether a path is such a folder. */
  static boolean is(Path path) {
    try {
      return Files.isDirectory(path) && Files.isReadable(path) && Files.isExecutable(path) && !isCapture(path);
    } catch (IOException _) {
      return false; // opening it says what is wrong with it
    }
  }

  /** Whether a folder is a capture: pages of the ring buffer, or a directory of perf record --threads. */
  private static boolean isCapture(Path folder) throws IOException {
    return Files.isRegularFile(folder.resolve("data")) || TracePages.isIn(folder);
  }

  /**
   * The regular files under a folder, and what of it cannot be looked into, in the order of their names. Hidden ones are left out, and
   * symbolic links to folders.
   */
  static List<String> files(Path top) throws IOException {
    CaptureFolder folder = new CaptureFolder(top);
    Files.walkFileTree(top, folder);
    return folder.files.stream().sorted().toList();
  }

  @Override
  public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes facts) throws IOException {
    if (folder.equals(top)) {
      return FileVisitResult.CONTINUE;
    }
    if (isHidden(folder)) {
      return FileVisitResult.SKIP_SUBTREE;
    }
    if (isCapture(folder)) {
      files.add(folder.toString());
      return FileVisitResult.SKIP_SUBTREE;
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes facts) {
    if (Files.isRegularFile(file) && !isHidden(file)) {
      files.add(file.toString());
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path file, IOException why) {
    files.add(file.toString());
    return FileVisitResult.CONTINUE;
  }

  private static boolean isHidden(Path file) {
    Path name = file.getFileName();
    return name != null && name.toString().startsWith(".");
  }
}
