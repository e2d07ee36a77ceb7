package dev.fairlead.deployer.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Git servers, and applications that listen to them. */
record Pushing(Stage stage, Path folder) {

  static final String SECRET = "s3cr3t";

  void applied(String application, String from) throws Exception {
    Path secret = Files.writeString(folder.resolve("secret-" + application), SECRET);
    String manifest =
        """
        application: %s
        artifact: {archive: "app-{version}.zip"}
        command: [java]
        route: {host: %s.localhost}
        environments: {staging: {webhook: {from: %s, secret: 'secret:file:%s'}}}
        """
            .formatted(application, application, from, secret);
    assertThat(stage.applyManifest(manifest).path("application").asString()).isEqualTo(application);
  }

  static String tag(String version) {
    return """
        {'ref':'refs/tags/%s','after':'6dcb09b5','user_username':'mona','pusher':{'name':'mona'},
         'commits':[{'id':'6dcb09b5','message':'Charge once','author':{'name':'Ada'}}]}
        """
        .formatted(version)
        .replace('\'', '"');
  }

  Stage.Answer gitlab(String application, String body, String token, String id) {
    return stage.push(
        path(application),
        body,
        Map.of(
            "X-Gitlab-Token", token, "X-Gitlab-Event", "Tag Push Hook", "X-Gitlab-Event-UUID", id));
  }

  Stage.Answer github(String application, String body, String proof, String id) {
    return stage.push(
        path(application),
        body,
        Map.of("X-Hub-Signature-256", proof, "X-GitHub-Event", "push", "X-GitHub-Delivery", id));
  }

  static String path(String application) {
    return "/webhooks/%s/staging".formatted(application);
  }

  static String signature(String body) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA256"));
    return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body.getBytes(UTF_8)));
  }
}
