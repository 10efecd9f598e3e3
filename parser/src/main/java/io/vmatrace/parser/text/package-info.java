/** Lines of text: the interface of line decoders, and the reader of named values. */
@NullMarked
package io.vmatrace.parser.text;

import org.jspecify.annotations.NullMarked;
