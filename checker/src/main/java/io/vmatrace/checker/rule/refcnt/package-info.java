/** One family of rules; only {@code RefcntRules} is seen outside. */
@NullMarked
package io.vmatrace.checker.rule.refcnt;

import org.jspecify.annotations.NullMarked;
