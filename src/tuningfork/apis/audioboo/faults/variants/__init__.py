"""Conforming variants of the Audioboo mock: behaviour that the claims allow."""
