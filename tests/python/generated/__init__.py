"""Drawn companies, built with the real models and compared with the oracle."""
