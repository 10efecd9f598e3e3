package io.vmatrace.fleet;

import java.io.Serializable;

/**
 * An object that may be a capture, as a listing has it.
 *
 * @param path with its scheme, as Hadoop names it
 * @param length in bytes
 * @param modified microseconds since 1970
 */
record CaptureObject(String path, long length, long modified) implements Serializable {}
