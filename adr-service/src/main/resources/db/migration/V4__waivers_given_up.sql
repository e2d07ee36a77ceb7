-- A waiver that cannot be proposed is tried a few times and then left to a person, with the reason.
ALTER TABLE waived
  ADD COLUMN tries    integer NOT NULL DEFAULT 0,
  ADD COLUMN given_up text;
