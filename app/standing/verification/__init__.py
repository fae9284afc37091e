"""Verification of standing: elements, two-person review, results, certificate, register."""
