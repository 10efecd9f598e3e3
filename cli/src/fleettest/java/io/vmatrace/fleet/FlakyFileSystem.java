package io.vmatrace.fleet;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * Files of this machine in a store that fails: once for names with {@code flaky}, always for names with {@code gone} while it is out of
 * order; somebody removes those with {@code removed} before they are opened.
 */
public final class FlakyFileSystem extends RawLocalFileSystem {
  /** Where Hadoop's committer has what tasks have written. */
  private static final String COMMITTED = "/_temporary/0";

  static final Map<String, Integer> OPENED = new ConcurrentHashMap<>();
  static volatile boolean outOfOrder = true;

  /** What happens, once, when all of a table is written and about to be made seen. */
  static final AtomicReference<Runnable> BEFORE_COMMIT = new AtomicReference<>();

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    Runnable first = path.toString().endsWith(COMMITTED) ? BEFORE_COMMIT.getAndSet(null) : null;
    if (first != null) {
      first.run();
    }
    return super.listStatus(path);
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    int opened = OPENED.merge(path.getName(), 1, Integer::sum);
    if (path.getName().contains("flaky") && opened == 1 || path.getName().contains("gone") && outOfOrder) {
      throw new IOException("503 Slow Down");
    }
    if (path.getName().contains("removed")) {
      delete(path, false);
    }
    return super.open(path, bufferSize);
  }
}
