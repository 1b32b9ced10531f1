"""Figures that move, and the live playground."""
