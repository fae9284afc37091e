"""Running the installation: start, clock, backup, restore, production checks."""
