package dev.fairlead.alert;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every name that the settings refer to exists, and no alert falls through. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = ConsistentSettings.Check.class)
@interface ConsistentSettings {

  String message() default "contradicts itself";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  /** Reports every contradiction under its own key. */
  final class Check implements ConstraintValidator<ConsistentSettings, AlertSettings> {

    @Override
    public boolean isValid(@Nullable AlertSettings settings, ConstraintValidatorContext context) {
      Map<String, String> found = settings == null ? Map.of() : settings.contradictions();
      context.disableDefaultConstraintViolation();
      found.forEach(
          (key, complaint) ->
              context
                  .buildConstraintViolationWithTemplate(literal("%s: %s".formatted(key, complaint)))
                  .addConstraintViolation());
      return found.isEmpty();
    }

    /** The text quotes the user's own; nothing in it is an expression. */
    private static String literal(String text) {
      return text.replace("\\", "\\\\").replace("{", "\\{").replace("}", "\\}").replace("$", "\\$");
    }
  }
}
