/** One family of rules; only {@code MunmapRules} is seen outside. */
@NullMarked
package io.vmatrace.checker.rule.munmap;

import org.jspecify.annotations.NullMarked;
