package dev.fairlead.deployer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonValue;
import com.tngtech.archunit.core.domain.JavaClass;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.stack.testing.ArchitectureRules;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Ids and names are plain texts for whoever asks, whatever they are in here. */
@DisplayName("In what is answered over HTTP")
class HttpViewsTest {

  private record Answer(List<Optional<InstanceId>> instances) {}

  @Test
  @DisplayName("no id or name is an object with a field called value")
  void plain() {
    List<Method> questions =
        ArchitectureRules.classesOf("dev.fairlead.deployer").stream()
            .filter(one -> one.isAnnotatedWith(RestController.class))
            .map(JavaClass::reflect)
            .flatMap(controller -> Stream.of(controller.getDeclaredMethods()))
            .filter(method -> AnnotatedElementUtils.hasAnnotation(method, RequestMapping.class))
            .toList();

    assertThat(questions).hasSizeGreaterThan(15);
    assertThat(questions)
        .allSatisfy(
            question ->
                assertThat(wrapped(question.getGenericReturnType())).as("%s", question).isEmpty());
  }

  @Test
  @DisplayName("such an object would be found")
  void found() {
    assertThat(wrapped(Answer.class)).containsExactly(InstanceId.class);
  }

  private static Set<Class<?>> wrapped(Type answer) {
    Set<Class<?>> seen = new HashSet<>();
    collect(answer, seen);
    seen.removeIf(one -> !isWrapper(one));
    return seen;
  }

  private static void collect(Type type, Set<Class<?>> seen) {
    if (type instanceof ParameterizedType parameterized) {
      Stream.of(parameterized.getActualTypeArguments()).forEach(one -> collect(one, seen));
    }
    if (type instanceof Class<?> found && seen.add(found)) {
      if (found.isSealed()) {
        Stream.of(found.getPermittedSubclasses()).forEach(one -> collect(one, seen));
      }
      if (found.isRecord() && !isText(found)) {
        Stream.of(found.getRecordComponents())
            .map(RecordComponent::getGenericType)
            .forEach(one -> collect(one, seen));
      }
    }
  }

  private static boolean isWrapper(Class<?> type) {
    return type.isRecord()
        && type.getRecordComponents().length == 1
        && type.getRecordComponents()[0].getName().equals("value")
        && !isText(type);
  }

  private static boolean isText(Class<?> type) {
    return Stream.concat(Stream.of(type.getDeclaredMethods()), Stream.of(type.getDeclaredFields()))
        .anyMatch(member -> member.isAnnotationPresent(JsonValue.class));
  }
}
