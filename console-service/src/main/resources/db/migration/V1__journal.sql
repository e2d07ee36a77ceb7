CREATE TABLE journal (
    number      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        text        NOT NULL,
    topic       text        NOT NULL,
    subject     text        NOT NULL,
    correlation text,
    time        timestamptz NOT NULL,
    event       jsonb       NOT NULL
);

CREATE INDEX journal_by_subject ON journal (topic, subject, number DESC);
CREATE INDEX journal_by_correlation ON journal (correlation, number) WHERE correlation IS NOT NULL;
CREATE INDEX journal_by_time ON journal (time);
