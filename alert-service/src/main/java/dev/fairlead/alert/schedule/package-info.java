/**
 * Who is on call: a rota for each team, overrides by people, and the facts that others hear.
 *
 * <p>A rota has rotations in order: first the one to be asked first. Who is asked after them, and
 * when, is not decided here.
 */
@NullMarked
package dev.fairlead.alert.schedule;

import org.jspecify.annotations.NullMarked;
