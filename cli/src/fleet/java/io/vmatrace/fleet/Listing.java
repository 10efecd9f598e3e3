package io.vmatrace.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * All objects under a folder, by the store's own listing: Spark's binaryFile leaves out those that are empty, and those whose names begin
 * with a dot or a line.
 */
final class Listing {
  /** What Java puts where the bytes of a file's name are no text. */
  private static final String NO_TEXT = "\uFFFD";

  private Listing() {}

  /**
   * Lists them; nothing is read.
   *
   * @param out the folder of the results, which may be a folder among the captures
   */
  static List<CaptureObject> of(Configuration hadoop, String in, String out) {
    Path folder = new Path(in);
    Set<CaptureObject> listed = new LinkedHashSet<>();
    try {
      FileSystem store = folder.getFileSystem(hadoop);
      List<String> results = List.of(folder(store, out), folder(store, unlinked(store, in, out)));
      RemoteIterator<LocatedFileStatus> files = store.listFiles(folder, true);
      while (files.hasNext()) {
        FileStatus file = files.next();
        if (results.stream().noneMatch(file.getPath().toString()::startsWith)) {
          listed.add(new CaptureObject(file.getPath().toString(), file.getLen(), file.getModificationTime() * 1_000));
        }
      }
      if (isLocal(store)) {
        listed.addAll(withoutNames(store.makeQualified(folder)));
      }
    } catch (IOException | UncheckedIOException e) {
      throw new UncheckedIOException("%s cannot be listed: %s".formatted(in, e.getMessage()), e instanceof IOException io ? io : new IOException(e));
    }
    return new ArrayList<>(listed);
  }

  /** Whether the first folder is the second one or below it. */
  static boolean isWithin(Configuration hadoop, String in, String out) {
    try {
      FileSystem store = new Path(in).getFileSystem(hadoop);
      return folder(store, in).startsWith(folder(store, out)) || isLocal(store) && real(store, in).startsWith(real(store, out));
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be listed: %s".formatted(in, e.getMessage()), e);
    }
  }

  private static boolean isLocal(FileSystem store) {
    return store instanceof LocalFileSystem || store instanceof RawLocalFileSystem;
  }

  /** The folder of the results as the listing of the captures names it, where a link in either's name hides that it is among them. */
  private static String unlinked(FileSystem store, String in, String out) throws IOException {
    if (!isLocal(store)) {
      return out;
    }
    java.nio.file.Path captures = real(store, in);
    java.nio.file.Path results = real(store, out);
    return results.startsWith(captures) && !results.equals(captures) ? in + "/" + captures.relativize(results) : out;
  }

  private static java.nio.file.Path real(FileSystem store, String name) throws IOException {
    java.nio.file.Path path = java.nio.file.Path.of(store.makeQualified(new Path(name)).toUri().getPath());
    return Files.exists(path) ? path.toRealPath() : path;
  }

  /** A folder as the names of files in it begin. */
  private static String folder(FileSystem store, String name) {
    String whole = store.makeQualified(new Path(name)).toString();
    return whole.endsWith("/") ? whole : whole + "/";
  }

  /** Whether it is a FIFO, a socket or a device of this machine, whose bytes may never come or end. */
  static boolean isNoFile(CaptureObject object) {
    Path path = new Path(object.path());
    if (!"file".equals(path.toUri().getScheme())) {
      return false;
    }
    java.nio.file.Path file = java.nio.file.Path.of(path.toUri().getPath());
    return Files.exists(file) && !Files.isRegularFile(file);
  }

  /** Whether its name says too little to open it by. */
  static boolean isWithoutName(CaptureObject object) {
    return object.path().contains(NO_TEXT);
  }

  /** Files whose names are no text in the locale of this process, which Hadoop lists without a word as if they were not there. */
  private static List<CaptureObject> withoutNames(Path folder) throws IOException {
    List<CaptureObject> objects = new ArrayList<>();
    try (Stream<java.nio.file.Path> files = Files.walk(java.nio.file.Path.of(folder.toUri().getPath()))) {
      for (java.nio.file.Path file : (Iterable<java.nio.file.Path>) files::iterator) {
        if (file.toString().contains(NO_TEXT) && Files.isRegularFile(file)) {
          objects.add(new CaptureObject("file:" + file, Files.size(file), Files.getLastModifiedTime(file).toMillis() * 1_000));
        }
      }
    }
    return objects;
  }
}
