/** Files and streams as bytes, compression and limits, and what every reader of a capture has. Commons Compress stays in here. */
@NullMarked
package io.vmatrace.parser.input;

import org.jspecify.annotations.NullMarked;
