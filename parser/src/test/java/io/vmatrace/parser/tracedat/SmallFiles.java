package io.vmatrace.parser.tracedat;

import io.vmatrace.parser.tracedat.SlowPages.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Small trace.dat files, made of the first events of a real one, for those that change them at random. */
public final class SmallFiles {
  private static final int EVENTS_OF_A_CPU = 60;

  private SmallFiles() {}

  /** Files by a name. */
  public static Map<String, byte[]> all(Path folder) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    Path file = Events.FORMATS.resolve("tracecmd-v6.dat.zst");
    Parts parts = new Parts(Files.readAllBytes(Derived.plain(file, folder)));
    parts.cpus.forEach(events -> events.subList(Math.min(EVENTS_OF_A_CPU, events.size()), events.size()).clear());
    files.put("v6", parts.v6(Shape.USUAL));
    files.put("v7-none", parts.v7(Shape.USUAL, "none", "", 0, 1));
    files.put("v7-zlib", parts.v7(Shape.USUAL, "zlib", "", 0, 1));
    files.put("v7-zstd", parts.v7(Shape.USUAL, "zstd", "", 0, 1));
    return files;
  }
}
