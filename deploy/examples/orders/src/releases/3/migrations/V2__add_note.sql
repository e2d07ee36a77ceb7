-- fairlead: compatible
-- Version 1 neither reads nor writes the column, so it works with and without it.
ALTER TABLE orders ADD COLUMN note text;
