/**
 * WHAT IS WRONG: facts become alerts, and alerts become decisions (pure); the desk carries them
 * out.
 */
@NullMarked
package dev.fairlead.alert.alert;

import org.jspecify.annotations.NullMarked;
