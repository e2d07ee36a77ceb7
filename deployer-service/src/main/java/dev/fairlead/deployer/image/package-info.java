/**
 * IMAGES ON ENGINES: resolved, pulled, built from a context, brought to every host, kept as long as
 * a release may need them, and then removed.
 *
 * <p>Context: the files an image is built from, as one archive named by its digest. Keep tag: the
 * name by which an engine keeps an image for this installation.
 */
@NullMarked
package dev.fairlead.deployer.image;

import org.jspecify.annotations.NullMarked;
