package io.vmatrace.parser.event;

import org.jspecify.annotations.Nullable;

/**
 * Which argument of a function is which value of its events, by position, and what it returns: where a record has registers and no
 * names. Arguments are recorded since 6.15 (CONFIG_FUNCTION_TRACE_ARGS), so that the signatures are those of 6.15 to 7.3.
 */
final class FunctionSignature {
  private final @Nullable Field[] arguments;

  /** The arguments where the first number of the kernel's release is 6; null where they are the same. */
  @Nullable Field @Nullable [] of6;

  /** What it returns; null for RET, where its events have that. */
  @Nullable Field returned;

  /** First number of the kernel's release from which on it returns something. */
  int returnsSince;

  FunctionSignature(@Nullable Field... arguments) {
    this.arguments = arguments;
  }

  /** @param major first number of the kernel's release, 0 when it is not known */
  @Nullable Field[] arguments(int major) {
    return major == 6 && of6 != null ? of6 : arguments;
  }

  /** @param major first number of the kernel's release, 0 when it is not known */
  @Nullable Field returned(int major) {
    return major < returnsSince ? null : returned == null ? Field.RET : returned;
  }
}
