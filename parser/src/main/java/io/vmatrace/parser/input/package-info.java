/** Files and streams as bytes, compression, limits, and the interface of a capture. Only this package uses Commons Compress. */
@NullMarked
package io.vmatrace.parser.input;

import org.jspecify.annotations.NullMarked;
