/** One family of rules; only {@code MmapLockRules} is seen outside. */
@NullMarked
package io.vmatrace.checker.rule.mmaplock;

import org.jspecify.annotations.NullMarked;
