/**
 * Backups that exist or do not, and never pretend.
 *
 * <p>A <em>database</em> is one that an applied manifest names. A <em>backup</em> is one dump of
 * it, taken in one snapshot. Its <em>archive</em> is the dump, compressed, encrypted and digested
 * in one pass, and stored as equal <em>copies</em> in every <em>store</em>. Its <em>manifest</em>
 * says what the archive holds and is written last, once: a backup exists when its manifest exists.
 * A <em>restore</em> brings a backup into a new database, or swaps it in for the old one, which is
 * kept. A <em>drill</em> is a restore nobody asked for, into a throwaway cluster, compared table by
 * table with what the snapshot held. <em>Retention</em> says which copies go, and why.
 */
@NullMarked
package dev.fairlead.backup;

import org.jspecify.annotations.NullMarked;
