package io.vmatrace.parser.tracedat;

import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.record.KernelSymbols;

/** What version 6 has in a row and version 7 in sections of their own: the layout of pages, the formats of events, symbols and names. */
final class DatSections {
  private static final String PAGE = "header_page";
  private static final String EVENT = "header_event";

  private DatSections() {}

  /** How pages are laid out, and how an event's first word is, which nobody changed since 2.6.30. */
  static PageLayout headers(DatReader in) throws CaptureException {
    String page = named(in, PAGE);
    String event = named(in, EVENT);
    checkEvent(in, event);
    try {
      return PageLayout.parse(page);
    } catch (IllegalArgumentException e) {
      throw in.corrupt(String.valueOf(e.getMessage()));
    }
  }

  private static String named(DatReader in, String name) throws CaptureException {
    String read = in.name();
    if (!read.equals(name)) {
      throw in.corrupt("no " + name);
    }
    return in.text(in.u64());
  }

  private static void checkEvent(DatReader in, String text) throws CaptureException {
    String squeezed = text.replaceAll("\\s+", "");
    if (!squeezed.isEmpty() && !(squeezed.contains("type_len:5bits") && squeezed.contains("time_delta:27bits"))) {
      throw in.corrupt("header_event tells of a ring buffer that this program does not know");
    }
  }

  /** The formats of the events of the kernel's own tracers. */
  static void tracerFormats(DatReader in, Recording to) throws CaptureException {
    formats(in, "ftrace", to);
  }

  /** The formats of the events of all systems. */
  static void eventFormats(DatReader in, Recording to) throws CaptureException {
    long systems = in.u32();
    for (long i = 0; i < systems; i++) {
      formats(in, in.name(), to);
    }
  }

  private static void formats(DatReader in, String system, Recording to) throws CaptureException {
    long count = in.u32();
    for (long i = 0; i < count; i++) {
      String text = in.text(in.u64());
      try {
        to.format(system, text);
      } catch (IllegalArgumentException e) {
        throw in.corrupt(String.valueOf(e.getMessage()));
      }
    }
  }

  /** The symbols of the kernel: u32 length and the text of /proc/kallsyms. */
  static KernelSymbols symbols(DatReader in) throws CaptureException {
    byte[] text = in.bytes(Math.min(in.u32(), in.left()));
    return KernelSymbols.of(text, 0, text.length);
  }

  /** The names of tasks. */
  static void comms(DatReader in, Recording to) throws CaptureException {
    to.comms(in.text(in.u64()));
  }
}
