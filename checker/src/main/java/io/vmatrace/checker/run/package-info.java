/** The one pass over a capture: it is opened, decoded and reconstructed once, and answers several questions. */
@NullMarked
package io.vmatrace.checker.run;

import org.jspecify.annotations.NullMarked;
