package io.vmatrace.parser.input;

import org.jspecify.annotations.Nullable;

/**
 * What a capture is called and what it was taken for.
 *
 * @param path as {@link Capture#path}
 * @param format as {@link Capture#format}
 * @param ground as {@link Capture#ground}
 * @param compression as {@link Capture#compression}
 */
public record CaptureForm(String path, String format, String ground, @Nullable String compression) {}
