import io.vmatrace.cli.Vmatrace;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/** A step of the distribution: writes what picocli makes of the commands, man pages as AsciiDoc and the completion of bash and zsh. */
final class Pages {
  /**
   * The step.
   *
   * @param arguments the folder to write to
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    CommandLine program = Vmatrace.commandLine();
    List<CommandSpec> commands = new ArrayList<>();
    commands.add(program.getCommandSpec());
    program.getSubcommands().values().forEach(command -> commands.add(command.getCommandSpec()));
    Path pages = Files.createDirectories(folder.resolve("adoc"));
    for (CommandSpec command : commands) {
      // What begins with a space is shown as it is, in AsciiDoc as on the screen.
      command.usageMessage().footerHeading("Examples%n");
    }
    int status = ManPageGenerator.generateManPage(pages.toFile(), (File) null, new boolean[0], true, commands.toArray(CommandSpec[]::new));
    if (status != 0) {
      throw new IOException("no man pages: status " + status);
    }
    String completion = AutoComplete.bash("vmatrace", program);
    write(folder.resolve("share/bash-completion/completions/vmatrace"), completion);
    // zsh loads the file as the function _vmatrace on the first completion, so it also completes that one; it has no compopt.
    String withoutCompopt = completion.replaceAll("(?m)^( *)(type|alias) compopt.*$", "$1:");
    write(folder.resolve("share/zsh/vendor-completions/_vmatrace"), "#compdef vmatrace\n" + withoutCompopt + "\n_bash_complete -o default -F _complete_vmatrace\n");
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private Pages() {}
}
