-- fairlead: incompatible
-- No other version knows the new name, and what was ordered is gone: only a restore undoes this.
ALTER TABLE orders RENAME COLUMN item TO product;
UPDATE orders SET product = 'product ' || id;
