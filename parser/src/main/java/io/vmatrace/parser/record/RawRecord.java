package io.vmatrace.parser.record;

import io.vmatrace.parser.event.EventHead;

/** One record in the bytes of a page or of a sample, from its common_type on. Who reads records has one and moves it from record to record. */
public final class RawRecord extends EventHead {
  /** The bytes around it; its own are in [from, to). */
  public byte[] b = {};

  public int from;
  public int to;

  /** How many bytes of the file are counted for it: those that frame it too. */
  public int framed;

  /** How long it is, in bytes. */
  public int length() {
    return to - from;
  }
}
