import java.io.BufferedOutputStream;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * A step of the build: makes a jar of another, whose classes in a format older than Java 6's (picocli's are Java 5's) get that of Java 17,
 * with the stack maps that it asks for. The JDK's AOT cache does not take classes so old ("old version" in SystemDictionaryShared::
 * check_for_exclusion of JDK 25), and to load picocli from the jar and verify it the old way costs each start a tenth of a second.
 */
final class ModernClasses {
  private static final int JAVA_6 = 50;
  private static final int JAVA_17 = 61;

  public static void main(String[] arguments) throws IOException {
    Path jar = Path.of(arguments[0]);
    Path result = Path.of(arguments[1]);
    Path modern = result.resolveSibling(result.getFileName() + ".modern");
    try (var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()});
        var from = new ZipFile(jar.toFile());
        var to = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(modern)))) {
      ClassFile format = withStackMaps(loader);
      for (var entries = from.entries(); entries.hasMoreElements(); ) {
        ZipEntry entry = entries.nextElement();
        byte[] content = from.getInputStream(entry).readAllBytes();
        boolean old = entry.getName().endsWith(".class") && version(content) < JAVA_6;
        ZipEntry copy = new ZipEntry(entry.getName());
        copy.setTime(entry.getTime());
        to.putNextEntry(copy);
        to.write(old ? modern(format, content) : content);
        to.closeEntry();
      }
    }
    Files.move(modern, result, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE); // whoever sees it sees it whole
  }

  private static ClassFile withStackMaps(URLClassLoader loader) {
    return ClassFile.of(
        ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
        ClassFile.ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(loader)
            .orElse(ClassHierarchyResolver.defaultResolver())));
  }

  /** The major version, at byte 6 of the file (JVMS 4.1). */
  private static int version(byte[] content) {
    return (content[6] & 0xff) << 8 | content[7] & 0xff;
  }

  private static byte[] modern(ClassFile format, byte[] content) {
    ClassModel model = format.parse(content);
    // Code is only written anew, and so gets its stack maps, where it passes through a transformation.
    MethodTransform rewrite = MethodTransform.transformingCode((code, instruction) -> code.with(instruction));
    ClassTransform retarget = (builder, element) -> {
      if (element instanceof ClassFileVersion) {
        builder.withVersion(JAVA_17, 0);
      } else if (element instanceof MethodModel method) {
        builder.transformMethod(method, rewrite);
      } else {
        builder.with(element);
      }
    };
    return format.transformClass(model, retarget);
  }

  private ModernClasses() {}
}
