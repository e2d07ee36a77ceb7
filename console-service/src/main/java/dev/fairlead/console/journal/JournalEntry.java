package dev.fairlead.console.journal;

/**
 * One event of the journal.
 *
 * @param number its place in the journal, ascending; what a stream's reader resumes after
 * @param name the event's short name, such as {@code deploy-started}
 * @param json the whole CloudEvent in structured mode
 */
public record JournalEntry(long number, String name, String json) {}
