/** What a recording lacks, and the commands that record it: everything on events is looked up in their rows. */
@NullMarked
package io.vmatrace.checker.recipe;

import org.jspecify.annotations.NullMarked;
