package dev.fairlead.service.bus;

import java.util.Map;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.cloud.stream.binding.Bindable;
import org.springframework.cloud.stream.binding.BindingService;
import org.springframework.cloud.stream.binding.InputBindingLifecycle;

/**
 * Starts listening after the web server, where Spring Cloud Stream would start before it: health
 * then answers while the service waits for Kafka, and on the way down the facts stop first.
 */
final class InputAfterWebServer implements BeanDefinitionRegistryPostProcessor {

  private static final String LIFECYCLE = "inputBindingLifecycle";

  @Override
  public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
    if (registry.containsBeanDefinition(LIFECYCLE)) {
      registry.removeBeanDefinition(LIFECYCLE);
      registry.registerBeanDefinition(
          LIFECYCLE,
          BeanDefinitionBuilder.rootBeanDefinition(Lifecycle.class)
              .setAutowireMode(AbstractBeanDefinition.AUTOWIRE_CONSTRUCTOR)
              .addDependsOn("bindingService")
              .getBeanDefinition());
    }
  }

  /** After the outbox relay, before the graceful stop of the web server. */
  static final class Lifecycle extends InputBindingLifecycle {

    Lifecycle(BindingService bindings, Map<String, Bindable> bindables) {
      super(bindings, bindables);
    }

    @Override
    public int getPhase() {
      return DEFAULT_PHASE - 1_600;
    }
  }
}
