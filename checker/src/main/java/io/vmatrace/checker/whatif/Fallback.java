package io.vmatrace.checker.whatif;

/** Why a page fault was not served under the VMA lock. */
public enum Fallback {
  NO_VMA_LOCK("no lock", "the variant has no VMA lock"),
  NO_VMA("no VMA", "the look-up found no VMA"),
  GAP("gap", "the look-up found the gap that a replaced VMA left"),
  WRITE_LOCKED("locked", "the VMA was write-locked"),
  WRITER_WAITING("writer waiting", "a writer was about to lock the VMA"),
  LOCKED_DURING_LOOK_UP("locked during look-up", "the VMA became write-locked during the look-up"),
  OTHER_MM("other mm", "the VMA had become another mm's"),
  OUTSIDE("moved", "the VMA had moved away from the address"),
  READERS_STOPPED("readers stopped", "all readers of the mm were kept out"),
  ANON_VMA("anon_vma", "the VMA had no anon_vma and the mmap_lock was not free");

  private final String title;
  private final String text;

  Fallback(String title, String text) {
    this.title = title;
    this.text = text;
  }

  /** For the head of a column. */
  public String title() {
    return title;
  }

  /** For a person. */
  public String text() {
    return text;
  }
}
