/** The engine's operations once more, flattened for real threads: atomics instead of steps. Tests hold that both do the same. */
@NullMarked
package io.vmatrace.checker.concurrent;

import org.jspecify.annotations.NullMarked;
