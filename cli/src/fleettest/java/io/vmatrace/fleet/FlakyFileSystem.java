package io.vmatrace.fleet;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** Files of this machine in a store that fails: once for names with {@code flaky}, always for names with {@code gone} while it is out of order. */
public final class FlakyFileSystem extends RawLocalFileSystem {
  static final Map<String, Integer> OPENED = new ConcurrentHashMap<>();
  static volatile boolean outOfOrder = true;

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    int opened = OPENED.merge(path.getName(), 1, Integer::sum);
    if (path.getName().contains("flaky") && opened == 1 || path.getName().contains("gone") && outOfOrder) {
      throw new IOException("503 Slow Down");
    }
    return super.open(path, bufferSize);
  }
}
