package io.vmatrace.cli;

import io.vmatrace.checker.report.Unread;
import io.vmatrace.parser.capture.CaptureSet;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.input.CaptureException;
import java.io.PrintWriter;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The members of one archive, or the files under one folder, as a run goes through them: which were captures, and what is said of the others. */
final class SetMembers {
  /** Members that are no captures and are named; more are counted. */
  private static final int MOST_NAMED = 5;

  private final String path;
  private final PrintWriter err;
  private final Consumer<Unread> unread;
  private int seen;
  private int passedOver;
  private boolean broken;

  /** @param unread told when a part of it, or a capture in it, cannot be had */
  SetMembers(String path, PrintWriter err, Consumer<Unread> unread) {
    this.path = path;
    this.err = err;
    this.unread = unread;
  }

  /** The next one of a set, or null after the last; what is wrong with the archive itself is said in its turn. */
  @Nullable CaptureSource next(CaptureSet set, InOrder order) {
    try {
      CaptureSource source = set.next();
      if (source == null && set.isArchive()) {
        order.then(this::finish);
      } else if (set.isArchive()) {
        seen++;
      }
      return source;
    } catch (CaptureException e) {
      order.then(() -> breaks(e));
      return null;
    }
  }

  private void breaks(CaptureException e) {
    broken = true;
    err.println("vmatrace: %s%s".formatted(e.getMessage(), seen == passedOver ? "" : "; what came before is reported"));
    unread.accept(Unread.unreadable(e.path(), e.reason()));
    finish();
  }

  /** Counts a file of a folder, of which {@link #next} does not know. */
  void sees() {
    seen++;
  }

  /** Names a member that cannot be read as a capture. */
  void passOver(CaptureException why) {
    if (++passedOver <= MOST_NAMED) {
      err.println("vmatrace: %s; passed over".formatted(why.getMessage()));
    }
  }

  /** After the last one: says what is to be said of all. */
  void finish() {
    if (passedOver > MOST_NAMED) {
      err.println("vmatrace: %s: %d more members are no captures".formatted(path, passedOver - MOST_NAMED));
    }
    if (seen == passedOver && !broken) {
      err.println("vmatrace: %s: no capture in it; files: %d".formatted(path, seen));
      unread.accept(Unread.unreadable(path, "no capture in it; files: %d".formatted(seen)));
    }
  }

  /** Whether a part of it could not be read, or nothing in it was a capture. */
  boolean isUnreadable() {
    return broken || seen == passedOver;
  }
}
