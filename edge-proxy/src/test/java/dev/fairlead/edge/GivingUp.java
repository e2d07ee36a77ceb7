package dev.fairlead.edge;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.string.StringDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/**
 * What a successor sees of a proxy that has stalled, and gives it up before it reads that the
 * successor serves: no test can stall a real one at that very moment.
 */
final class GivingUp extends SimpleChannelInboundHandler<String> implements AutoCloseable {
  private final MultiThreadIoEventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final EpollServerDomainSocketChannel door;
  private final CompletableFuture<Channel> served = new CompletableFuture<>();

  GivingUp(Path path) {
    ServerBootstrap opening =
        new ServerBootstrap()
            .group(loop)
            .channel(EpollServerDomainSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel visitor) {
                    visitor
                        .pipeline()
                        .addLast(new LineBasedFrameDecoder(100))
                        .addLast(new StringDecoder(StandardCharsets.UTF_8))
                        .addLast(GivingUp.this);
                  }
                });
    door =
        (EpollServerDomainSocketChannel)
            opening.bind(new DomainSocketAddress(path.toFile())).syncUninterruptibly().channel();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    say(context.channel(), "sockets of-no-use");
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, String line) {
    switch (line) {
      case "ready" -> context.writeAndFlush(new FileDescriptor(door.fd().intValue()));
      case "serving" -> served.complete(context.channel());
      default -> {}
    }
  }

  /** The successor serves, and has not been answered. */
  void giveUp() {
    Channel successor = served.join();
    say(successor, "cancelled");
    successor.close();
  }

  private static void say(Channel channel, String line) {
    channel.writeAndFlush(Unpooled.copiedBuffer(line + "\n", StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    loop.shutdownGracefully(0, 0, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
  }
}
