package dev.fairlead.backup.container;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Passes on what a command says, in its own time, and remembers its complaints. */
final class ExecListener extends ResultCallback.Adapter<Frame> {

  private static final int LAST_WORDS = 400;

  private final Taker taker;
  private final Runnable end;
  private final StringBuilder complaints = new StringBuilder();

  /** Who takes what the command says; whoever takes slowly makes it wait. */
  @FunctionalInterface
  interface Taker {

    void take(ByteBuffer bytes) throws IOException;
  }

  /**
   * @param end is told once, when nothing more comes
   */
  ExecListener(Taker taker, Runnable end) {
    this.taker = taker;
    this.end = end;
  }

  @Override
  public void onNext(Frame frame) {
    if (frame.getStreamType() != StreamType.STDOUT) {
      complain(new String(frame.getPayload(), StandardCharsets.UTF_8));
      return;
    }
    try {
      taker.take(ByteBuffer.wrap(frame.getPayload()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized void complain(String words) {
    complaints.append(words);
    complaints.setLength(Math.min(complaints.length(), LAST_WORDS));
  }

  synchronized String complaints() {
    return complaints.toString().strip().replaceAll("\\s+", " ");
  }

  @Override
  public void onError(Throwable failure) {
    complain(String.valueOf(failure.getMessage()));
    super.onError(failure);
    end.run();
  }

  @Override
  public void onComplete() {
    super.onComplete();
    end.run();
  }
}
