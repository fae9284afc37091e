"""Legality review of centralised items: the table of rules, the machine's answers, the proposal."""
