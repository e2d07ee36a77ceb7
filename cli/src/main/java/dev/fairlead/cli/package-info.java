/**
 * The {@code fairlead} command.
 *
 * <ul>
 *   <li>A {@linkplain dev.fairlead.cli.Command command} is a noun or a verb with its options; an
 *       {@linkplain dev.fairlead.cli.Action action} is what it does; its {@linkplain
 *       dev.fairlead.cli.Exit exit} tells a script how it went.
 *   <li>Data goes to standard output, everything else to standard error.
 *   <li>Only the command that is asked for is built: {@code --help} must answer at once and never
 *       open a socket.
 * </ul>
 */
@NullMarked
package dev.fairlead.cli;

import org.jspecify.annotations.NullMarked;
