package io.vmatrace.checker.rule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaEnumConstant;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.vmatrace.checker.catalogue.Rules;
import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Memory;
import io.vmatrace.checker.mm.Tells;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A rule reads what it is shown, and its header names the facts that what it reads rests on. */
class RuleArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("io.vmatrace.checker");

  private static final Map<String, Rule> RULES =
      Rules.create().stream().collect(Collectors.toMap(rule -> rule.getClass().getName(), Function.identity()));

  @Test
  void shouldNameTheFactsThatItRestsOn() {
    classes().that().areAssignableTo(Rule.class).and().resideInAPackage("io.vmatrace.checker.rule..").and().doNotHaveModifier(com.tngtech.archunit.core.domain.JavaModifier.ABSTRACT)
        .should(nameTheFactsOfWhatTheyCall())
        .check(CLASSES);
  }

  @Test
  void shouldChangeNoState() {
    noClasses().that().resideInAPackage("io.vmatrace.checker.rule.*..")
        .should().callMethodWhere(
            new DescribedPredicate<JavaMethodCall>("it changes a state") {
              @Override
              public boolean test(JavaMethodCall call) {
                JavaClass owner = call.getTargetOwner();
                return owner.getPackageName().equals("io.vmatrace.checker.mm")
                    && (call.getTarget().getRawReturnType().isEquivalentTo(void.class) || owner.isEquivalentTo(Memory.class));
              }
            })
        .check(CLASSES);
  }

  /** A rule says first what it claims, of which ops, and on what it rests: what it remembers is told behind its methods. */
  @Test
  void shouldComeToItsCheckSoon() throws IOException {
    Path folder = Path.of("src/main/java/io/vmatrace/checker/rule");
    Map<String, Integer> before = new TreeMap<>();
    for (String rule : RULES.keySet()) {
      Path file = folder.resolve(rule.substring("io.vmatrace.checker.rule.".length()).replace('.', '/') + ".java");
      if (!Files.exists(file)) {
        continue; // an inherited check()
      }
      List<String> lines = Files.readAllLines(file);
      int check = (int) lines.stream().takeWhile(line -> !line.startsWith("  public void check(")).count();
      assertThat(lines.subList(0, check)).as(rule).noneMatch(line -> line.matches("  private (static final class|record|enum) .*"));
      before.put(rule, check);
    }
    assertThat(before.values()).hasSizeGreaterThan(80).allMatch(lines -> lines <= 40);
    assertThat(before.values().stream().mapToInt(lines -> lines).average().orElseThrow()).isLessThan(22);
  }

  private static ArchCondition<JavaClass> nameTheFactsOfWhatTheyCall() {
    return new ArchCondition<>("name a fact of each method of a state that they call") {
      @Override
      public void check(JavaClass rule, ConditionEvents events) {
        Set<Fact> named = Objects.requireNonNull(RULES.get(rule.getName()), () -> rule.getSimpleName() + " is in no family's list").info().facts();
        withHelpers(rule).flatMap(c -> c.getMethodCallsFromSelf().stream()).forEach(call -> {
          Set<Fact> told = told(call);
          boolean satisfied = told.isEmpty() || told.stream().anyMatch(named::contains);
          events.add(new SimpleConditionEvent(rule, satisfied, "%s names %s but %s tells %s".formatted(rule.getSimpleName(), named, call.getName(), told)));
        });
      }
    };
  }

  /** The rule, what is nested in it, and the helpers of its family that it calls. */
  private static Stream<JavaClass> withHelpers(JavaClass rule) {
    Set<JavaClass> all = new LinkedHashSet<>(Set.of(rule));
    rule.getDirectDependenciesFromSelf().stream()
        .map(dependency -> dependency.getTargetClass())
        .filter(c -> c.getPackageName().equals(rule.getPackageName()) && !c.isAssignableTo(Rule.class))
        .forEach(all::add);
    return all.stream();
  }

  private static Set<Fact> told(JavaMethodCall call) {
    return call.getTarget().resolveMember().map(RuleArchitectureTest::told).orElse(Set.of());
  }

  private static Set<Fact> told(JavaMethod method) {
    return method.tryGetAnnotationOfType(Tells.class.getName()).map(RuleArchitectureTest::facts).orElse(Set.of());
  }

  private static Set<Fact> facts(JavaAnnotation<?> tells) {
    Object[] values = (Object[]) tells.get("value").orElseThrow();
    return Arrays.stream(values).map(value -> Fact.valueOf(((JavaEnumConstant) value).name())).collect(Collectors.toCollection(TreeSet::new));
  }
}
