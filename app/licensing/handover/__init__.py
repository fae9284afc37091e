"""Handover of items: the list, the dates and their order, the rehearsal, carrying it out."""
