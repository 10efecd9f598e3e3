package io.vmatrace.checker.mm;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The facts that what this method returns rests on: a rule that calls it must name one of them. */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface Tells {
  Fact[] value();
}
