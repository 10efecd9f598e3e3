/** One family of rules; only {@code TreeRules} is seen outside. */
@NullMarked
package io.vmatrace.checker.rule.tree;

import org.jspecify.annotations.NullMarked;
