package dev.fairlead.backup.testing;

import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Upload;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.util.function.LongConsumer;

/** A real store that tells what it is about to do, and waits meanwhile. */
public final class WatchedStore {

  private WatchedStore() {}

  /** Tells of each part of an archive before it takes it. */
  public static Store of(Store real, Runnable onPart) {
    return watched(Store.class, real, onPart);
  }

  /**
   * Tells before each reading of an object.
   *
   * @param onRead hears how many bytes of it were read until then
   */
  public static Store reading(Store real, LongConsumer onRead) {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) ->
                method.getName().equals("open")
                    ? real.open((String) arguments[0]).map(stored -> told(stored, onRead))
                    : method.invoke(real, arguments));
  }

  private static InputStream told(InputStream stored, LongConsumer onRead) {
    return new FilterInputStream(stored) {
      private long bytes;

      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        onRead.accept(bytes);
        int count = super.read(target, offset, length);
        bytes += Math.max(count, 0);
        return count;
      }
    };
  }

  private static <T> T watched(Class<T> type, T real, Runnable onPart) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (method.getName().equals("part")) {
                onPart.run();
              }
              Object result = method.invoke(real, arguments);
              return result instanceof Upload upload
                  ? watched(Upload.class, upload, onPart)
                  : result;
            }));
  }
}
