package dev.fairlead.cli.demo;

/** A part of the story that stands by itself. */
interface Chapter {

  void tell() throws InterruptedException;
}
