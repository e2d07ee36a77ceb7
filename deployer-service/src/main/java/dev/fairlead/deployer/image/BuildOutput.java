package dev.fairlead.deployer.image;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.BuildResponseItem;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the engine says while it builds: handed on as it comes, and read for the image, the error
 * and the images in between.
 */
final class BuildOutput extends ResultCallback.Adapter<BuildResponseItem> {

  private static final Pattern LAYER = Pattern.compile("^ ---> ([0-9a-f]{12,64})\\s*$");

  private final Consumer<String> log;
  private final List<String> layers = new CopyOnWriteArrayList<>();
  private boolean notOurs;
  private volatile String image = "";
  private volatile String error = "";

  BuildOutput(Consumer<String> log) {
    this.log = log;
  }

  @Override
  public void onNext(BuildResponseItem item) {
    if (item.getStream() != null) {
      log.accept(item.getStream());
      note(item.getStream());
    } else if (item.getStatus() != null && item.getProgressDetail() == null) {
      log.accept(item.getStatus() + "\n");
    }
    if (item.getErrorDetail() != null) {
      error = String.valueOf(item.getErrorDetail().getMessage()).strip();
      log.accept(error + "\n");
    }
    if (item.isBuildSuccessIndicated()) {
      image = String.valueOf(item.getImageId());
    }
  }

  /** The layers of a base image and those of earlier builds are not this build's to remove. */
  private void note(String text) {
    Matcher layer = LAYER.matcher(text.stripTrailing());
    if (text.startsWith("Step ")) {
      notOurs = text.contains(": FROM ");
    } else if (text.contains("---> Using cache")) {
      notOurs = true;
    } else if (layer.matches() && !notOurs) {
      layers.add(layer.group(1));
    }
  }

  /** Absent unless the build came to its end. */
  Optional<String> image() {
    return image.isEmpty() || !error.isEmpty() ? Optional.empty() : Optional.of(image);
  }

  String error() {
    return error;
  }

  /** What this build has made, the latest last. */
  List<String> layers() {
    return List.copyOf(layers);
  }
}
