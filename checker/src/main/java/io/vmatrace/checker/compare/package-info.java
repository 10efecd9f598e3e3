/** What differs between runs before a change and runs after it, beyond the noise between runs. */
@NullMarked
package io.vmatrace.checker.compare;

import org.jspecify.annotations.NullMarked;
