package dev.fairlead.deployer.journey;

import dev.fairlead.deployer.DeployerService;
import dev.fairlead.deployer.deployment.SnaredHands;
import dev.fairlead.deployer.fleet.Routers;
import dev.fairlead.deployer.fleet.Runtimes;
import dev.fairlead.deployer.journey.Snares.Moment;
import dev.fairlead.deployer.router.Router;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.Runtime;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.builder.SpringApplicationBuilder;

/**
 * The deployer as it is, with snares around its steps, and within them after each command to its
 * runtime or router: the first of two instances is there, the route is changed and nobody has said
 * so yet.
 */
final class SnaredDeployer {

  static final String FOLDER = "FAIRLEAD_TEST_SNARES";

  private static final Set<String> COMMANDS =
      Set.of("start", "stop", "apply", "hold", "release", "remove");

  private SnaredDeployer() {}

  public static void main(String[] arguments) {
    Snares snares = new Snares(Path.of(System.getenv(FOLDER)));
    new SpringApplicationBuilder(DeployerService.class)
        .initializers(
            context -> {
              context.getBeanFactory().addBeanPostProcessor(new SnaredHands(snares));
              context.getBeanFactory().addBeanPostProcessor(fleet(snares));
            })
        .run(arguments);
  }

  private static BeanPostProcessor fleet(Snares snares) {
    return new BeanPostProcessor() {
      @Override
      public Object postProcessAfterInitialization(Object bean, String name) {
        return switch (bean) {
          case Runtimes all -> {
            Map<HostName, Runtime> docker = new HashMap<>(all.docker());
            docker.replaceAll((host, runtime) -> snared(Runtime.class, runtime, snares));
            yield new Runtimes(snared(Runtime.class, all.process(), snares), docker);
          }
          case Routers all -> {
            Map<dev.fairlead.deployer.manifest.RouterKind, Router> routers =
                new HashMap<>(all.byKind());
            routers.replaceAll((kind, router) -> snared(Router.class, router, snares));
            yield new Routers(routers);
          }
          default -> bean;
        };
      }
    };
  }

  private static <T> T snared(Class<T> type, T real, Snares snares) {
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              try {
                Object result = method.invoke(real, arguments);
                if (COMMANDS.contains(method.getName())) {
                  snares.meet(Moment.IN);
                }
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
    return type.cast(proxy);
  }
}
