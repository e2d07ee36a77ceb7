package dev.fairlead.events;

/** What a record on a topic turned out to be. */
public sealed interface Reading {

  /** An event of this version of the contract. */
  record Known(Envelope envelope) implements Reading {}

  /** A CloudEvent of a type that this version does not know; skipped, never an error. */
  record Unknown(String type) implements Reading {}
}
