package io.vmatrace.checker.engine;

/** Why a page fault was not served under the VMA lock. */
public enum Fallback {
  NO_VMA_LOCK("the variant has no VMA lock"),
  NO_VMA("the look-up found no VMA"),
  GAP("the look-up found the gap that a replaced VMA left"),
  WRITE_LOCKED("the VMA was write-locked"),
  SHUT_OUT("a writer was about to lock the VMA"),
  WRITE_LOCKED_MEANWHILE("the VMA became write-locked during the look-up"),
  OTHER_MM("the VMA had become another mm's"),
  OUTSIDE("the VMA had moved away from the address"),
  STOPPED("all readers of the mm were kept out"),
  ANON_VMA("the VMA had no anon_vma and the mmap_lock was not free");

  private final String text;

  Fallback(String text) {
    this.text = text;
  }

  /** For a person. */
  public String text() {
    return text;
  }
}
