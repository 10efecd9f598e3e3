/** Explores every order in which the tasks of a small world can make their steps. */
@NullMarked
package io.vmatrace.checker.explore;

import org.jspecify.annotations.NullMarked;
