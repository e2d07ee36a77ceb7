package dev.fairlead.backup.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The entrance of a tunnel")
class DoorkeeperTest {

  @TempDir Path folder;

  @Test
  @DisplayName("opens again after a moment without file descriptors, and ends when it is closed")
  void outOfDescriptors() throws Exception {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("socket"));
    List<SocketChannel> guests = new CopyOnWriteArrayList<>();
    try (ServerSocketChannel real = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      real.bind(address);
      Exhausted entrance = new Exhausted(real, 2);
      Thread keeper = Thread.ofVirtual().start(new Doorkeeper(entrance, guests::add)::letIn);

      try (SocketChannel _ = SocketChannel.open(address)) {
        await().until(() -> guests.size() == 1);
      }
      assertThat(entrance.left).hasValueLessThanOrEqualTo(0);
      entrance.close();
      assertThat(keeper.join(java.time.Duration.ofSeconds(30))).isTrue();
    } finally {
      for (SocketChannel guest : guests) {
        guest.close();
      }
    }
  }

  /** Of a process that has opened all the files it may, so many times. */
  private static final class Exhausted extends ServerSocketChannel {

    private final ServerSocketChannel real;
    private final AtomicInteger left;

    Exhausted(ServerSocketChannel real, int times) {
      super(real.provider());
      this.real = real;
      this.left = new AtomicInteger(times);
    }

    @Override
    public SocketChannel accept() throws IOException {
      if (left.getAndDecrement() > 0) {
        throw new IOException("Too many open files");
      }
      return real.accept();
    }

    @Override
    public ServerSocketChannel bind(@Nullable SocketAddress local, int backlog) throws IOException {
      real.bind(local, backlog);
      return this;
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
      real.setOption(name, value);
      return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
      return real.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
      return real.supportedOptions();
    }

    @Override
    public java.net.ServerSocket socket() {
      return real.socket();
    }

    @Override
    public @Nullable SocketAddress getLocalAddress() throws IOException {
      return real.getLocalAddress();
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
      real.close();
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
      real.configureBlocking(block);
    }
  }
}
