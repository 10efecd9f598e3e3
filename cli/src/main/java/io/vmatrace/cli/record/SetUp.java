package io.vmatrace.cli.record;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a recording sets up, which goes with it: the instance, the probes, and a folder in which nothing is. */
final class SetUp implements AutoCloseable {
  private final ProbeSet probes;
  private final Watcher watcher;
  private @Nullable TraceInstance instance;
  private @Nullable PagesFolder folder;

  /** Nothing yet but a watcher. */
  SetUp(ProbeSet probes, Watcher watcher) {
    this.probes = probes;
    this.watcher = watcher;
  }

  TraceInstance instance(Path place) throws RecordException {
    TraceInstance made = TraceInstance.create(place);
    instance = made;
    return made;
  }

  PagesFolder folder(Tracefs tracefs, Path pages) throws RecordException {
    PagesFolder made = PagesFolder.create(tracefs, pages);
    folder = made;
    return made;
  }

  /** Removes all; what somebody else uses just now is left to the watcher, which tries for longer. */
  @Override
  public void close() {
    try {
      if (folder != null) {
        folder.removeIfEmpty();
      }
      if (instance != null) {
        instance.remove();
      }
      probes.remove();
      watcher.dismiss();
    } catch (IOException _) {
      watcher.takeOver();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
