package io.vmatrace.checker.story;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import org.jspecify.annotations.Nullable;

/** A hashed pointer looks like an address of user space: both are looked for. */
record EitherSubject(VmaSubject vma, AddressSubject address) implements Subject {
  @Override
  public boolean concerns(Step step) {
    return vma.concerns(step) || address.concerns(step);
  }

  @Override
  public boolean isAbout(VmaState locked) {
    return vma.isAbout(locked) || address.isAbout(locked);
  }

  @Override
  public boolean isVma(@Nullable VmaState candidate) {
    return vma.isVma(candidate);
  }

  @Override
  public void forget() {
    vma.forget();
  }
}
