package dev.fairlead.alert.channel;

/**
 * What people read.
 *
 * @param title what broke and where, one line
 * @param summary what was seen
 * @param advice what a person can do about it
 */
public record Words(String title, String summary, String advice) {}
