"""Legality review: tasks, the machine's results, decisions by people, opinions, triggers."""
