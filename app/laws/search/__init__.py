"""Full-text search behind one port: `plan` -> engine -> `ranking`; two engines, one contract."""
