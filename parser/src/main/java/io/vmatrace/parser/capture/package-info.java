/** Files and streams: compression, chunks, formats, accounting. Commons Compress stays in here. */
@NullMarked
package io.vmatrace.parser.capture;

import org.jspecify.annotations.NullMarked;
