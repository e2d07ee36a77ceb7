CREATE TABLE last_word (
    topic   text        NOT NULL,
    subject text        NOT NULL,
    name    text        NOT NULL,
    time    timestamptz NOT NULL,
    data    jsonb       NOT NULL,
    PRIMARY KEY (topic, subject)
);
