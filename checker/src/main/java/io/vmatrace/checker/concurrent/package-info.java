/** The engine's operations for real threads, flattened: atomics instead of steps. Tests hold that both forms do the same. */
@NullMarked
package io.vmatrace.checker.concurrent;

import org.jspecify.annotations.NullMarked;
