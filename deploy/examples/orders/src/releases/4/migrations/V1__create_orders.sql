-- fairlead: compatible
CREATE TABLE orders (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    item       text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
