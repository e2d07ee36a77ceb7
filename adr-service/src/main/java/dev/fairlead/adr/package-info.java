/**
 * Why is it the way it is? Decisions, kept.
 *
 * <ul>
 *   <li>A <em>decision</em> is one markdown file, {@code 0042-title.md}, known as {@code ADR-0042}.
 *   <li>Its <em>header</em> is the front matter: status, date, who decided, what it applies to.
 *   <li>Its <em>content</em> is everything a person wrote; once accepted it never changes.
 *   <li>The <em>catalogue</em> is the git repository that holds them; a commit is the only change.
 *   <li>The <em>index</em> is the table that answers questions; it and every event follow from the
 *       commits, so it can be thrown away and built again.
 *   <li>What was <em>waived</em> for a deployment is proposed, so that somebody decides on it.
 *   <li><em>Tampering</em> is a change of what was decided that did not come through this service.
 * </ul>
 */
@NullMarked
package dev.fairlead.adr;

import org.jspecify.annotations.NullMarked;
