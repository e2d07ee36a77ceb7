-- Review dates that were told as due; each is told once.
CREATE TABLE reviews_told (
  decision  text NOT NULL,
  review_by date NOT NULL,
  PRIMARY KEY (decision, review_by)
);
