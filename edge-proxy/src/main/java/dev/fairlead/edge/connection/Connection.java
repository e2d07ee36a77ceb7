package dev.fairlead.edge.connection;

import dev.fairlead.edge.routing.Instance;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection to an instance. It carries one request at a time, and goes back to its
 * lender when question and answer are both complete and the instance will keep it open. Lives on
 * one event loop.
 */
public final class Connection extends ChannelInboundHandlerAdapter {
  private final Connections lender;
  private final Instance instance;
  private final Channel channel;

  private @Nullable Conversation conversation;
  private ByteBuf early = Unpooled.EMPTY_BUFFER;
  private Runnable whenWritable = () -> {};
  private long idleSinceNanos;
  private boolean asked;
  private boolean keepAlive;
  private boolean interim;
  private boolean upgraded;
  private boolean flushing;

  Connection(Connections lender, Instance instance, Channel channel) {
    this.lender = lender;
    this.instance = instance;
    this.channel = channel;
  }

  /** Begins a request; its body follows with {@link #write}, and {@link #end} completes it. */
  public void ask(HttpRequest head, Conversation listener) {
    conversation = listener;
    asked = false;
    keepAlive = false;
    channel.write(head, channel.voidPromise());
  }

  /** From now on somebody else is told what comes; also what came meanwhile after an upgrade. */
  public void continueWith(Conversation listener) {
    conversation = listener;
    ByteBuf held = early;
    early = Unpooled.EMPTY_BUFFER;
    if (held.isReadable()) {
      listener.received(held);
    }
    held.release();
  }

  /** Sends a piece; what is written in one turn of the event loop travels together. */
  public void write(ByteBuf bytes) {
    if (conversation == null) {
      ReferenceCountUtil.release(bytes); // answered early and given up: nobody reads the rest
      return;
    }
    channel.write(upgraded ? bytes : new DefaultHttpContent(bytes), channel.voidPromise());
    if (!flushing) {
      flushing = true;
      channel.eventLoop().execute(this::flush);
    }
  }

  /** The request is complete. */
  public void end() {
    if (conversation != null) {
      asked = true;
      channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT, channel.voidPromise());
    }
  }

  /** Sends what was written: a request that asks for another protocol has no end of its own. */
  public void flush() {
    flushing = false;
    channel.flush();
  }

  /** More is waiting to be sent than should be. */
  public boolean isFull() {
    return !channel.isWritable();
  }

  /** Called whenever the connection takes more again. */
  public void whenWritable(Runnable resume) {
    whenWritable = resume;
  }

  /** Takes nothing more from the instance for now. */
  public void pause() {
    channel.config().setAutoRead(false);
  }

  public void resume() {
    channel.config().setAutoRead(true);
  }

  /** Nobody wants the rest of the answer, or of the request. */
  public void abandon() {
    conversation = null;
    channel.close();
  }

  /** The instance answered 101: bytes pass as they are, and wait for {@link #continueWith}. */
  public void upgrade() {
    upgraded = true;
    conversation = null;
    pause();
    channel.pipeline().remove(HttpClientCodec.class);
  }

  boolean isOpen() {
    return channel.isActive();
  }

  Instance instance() {
    return instance;
  }

  long idleNanos(long nowNanos) {
    return nowNanos - idleSinceNanos;
  }

  void close() {
    channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      receive(message);
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void receive(Object message) {
    if (message instanceof HttpResponse head) {
      begin(head);
    }
    if (message instanceof HttpContent content && !upgraded) {
      continueAnswer(content);
    } else if (message instanceof ByteBuf bytes) {
      pass(bytes);
    }
  }

  private void begin(HttpResponse head) {
    if (head.decoderResult().isFailure()) {
      fail(head.decoderResult().cause());
    } else if (conversation == null) {
      channel.close(); // nobody asked
    } else if (isInterim(head)) {
      interim = true;
    } else {
      keepAlive = HttpUtil.isKeepAlive(head);
      conversation.answered(head);
    }
  }

  private void continueAnswer(HttpContent content) {
    Conversation listener = conversation;
    if (listener == null) {
      return;
    }
    if (interim) {
      interim = !(content instanceof LastHttpContent); // the codec ends interim answers, too
      return;
    }
    if (content.decoderResult().isFailure()) {
      fail(content.decoderResult().cause());
      return;
    }
    if (content.content().isReadable()) {
      listener.received(content.content());
    }
    if (content instanceof LastHttpContent) {
      finish(listener);
    }
  }

  private static boolean isInterim(HttpResponse head) {
    return head.status().codeClass() == HttpStatusClass.INFORMATIONAL
        && !head.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
  }

  private void finish(Conversation listener) {
    if (conversation != listener) {
      return; // abandoned while it was told the last piece
    }
    conversation = null;
    whenWritable = () -> {};
    if (asked && keepAlive && channel.isActive()) {
      resume();
      idleSinceNanos = System.nanoTime();
      lender.giveBack(this);
    } else {
      channel.close();
    }
    listener.ended();
  }

  private void pass(ByteBuf bytes) {
    if (conversation == null) {
      early = Unpooled.wrappedBuffer(early, bytes.retainedSlice());
    } else {
      conversation.received(bytes);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (conversation != null) {
      conversation.caughtUp();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (channel.isWritable()) {
      whenWritable.run();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    lender.forget(this);
    early.release();
    early = Unpooled.EMPTY_BUFFER;
    fail(new ClosedChannelException());
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
    fail(failure);
  }

  private void fail(Throwable failure) {
    Conversation listener = conversation;
    conversation = null;
    channel.close();
    if (listener != null) {
      listener.broke(
          failure instanceof ClosedChannelException
              ? new IOException("the connection was closed")
              : failure);
    }
  }
}
