/** How the command talks to the services: addresses, tokens, HTTP, problems. */
@NullMarked
package dev.fairlead.cli.service;

import org.jspecify.annotations.NullMarked;
