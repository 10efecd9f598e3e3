package io.vmatrace.cli;

/** Starts the program. It needs no other class to say that a part of the program is missing: of a jar with a hole in it, or one that was replaced during the run. */
public final class Main {
  private Main() {}

  /** Runs the program and ends the process with its exit status. */
  public static void main(String[] arguments) {
    try {
      Vmatrace.main(arguments);
    } catch (RuntimeException | Error e) {
      System.err.println("vmatrace: a part of the program is missing or damaged (" + e + "): build or install it anew");
      Runtime.getRuntime().halt(Integer.getInteger("vmatrace.statusBase", 0) + 5);
    }
  }
}
