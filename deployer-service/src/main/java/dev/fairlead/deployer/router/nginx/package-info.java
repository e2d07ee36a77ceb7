/**
 * NGINX: told by a generated file and a reload.
 *
 * <p>Generation: the fingerprint of a generated file; nginx is asked which one it runs. Old worker:
 * an nginx process that finishes its requests with the configuration of before the reload.
 */
@NullMarked
package dev.fairlead.deployer.router.nginx;

import org.jspecify.annotations.NullMarked;
