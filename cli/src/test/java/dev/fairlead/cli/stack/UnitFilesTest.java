package dev.fairlead.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A systemd unit of deploy/systemd")
class UnitFilesTest {

  private static final Path FOLDER = Path.of("../deploy/systemd");

  static Stream<Member> members() {
    return Stream.concat(Member.services().stream(), Stream.of(Member.EDGE));
  }

  @ParameterizedTest
  @MethodSource("members")
  @DisplayName("starts what the local stack starts, with the same options")
  void startsTheSame(Member member) throws IOException {
    MemberProgram program = MemberProgram.of(member);
    List<String> unit = Files.readAllLines(FOLDER.resolve(fileOf(member)));

    assertThat(unit)
        .contains("Environment=\"JVM=%s\"".formatted(String.join(" ", MemberProgram.JVM)))
        .contains("Environment=\"OPTIONS=%s\"".formatted(String.join(" ", program.options())))
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("ExecStart=")
                    .endsWith("-cp %s %s".formatted(classPath(program), program.mainClass())));
  }

  private static String fileOf(Member member) {
    return "fairlead-%s%s.service".formatted(member.text(), member == Member.EDGE ? "@" : "");
  }

  private static String classPath(MemberProgram program) {
    return String.join(
        ":",
        program.jars().stream().map(jar -> "${LIB}/%s-${VERSION}.jar".formatted(jar)).toList());
  }
}
