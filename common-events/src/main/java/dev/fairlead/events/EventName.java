package dev.fairlead.events;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The wire name of an event, as in {@code dev.fairlead.<name>.v1}. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface EventName {

  /** Kebab case, past tense: {@code deploy-requested}. Never changed once published. */
  String value();
}
