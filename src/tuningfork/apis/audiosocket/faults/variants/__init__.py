"""Conforming variants of the Audiosocket mock: behaviour that the claims allow."""
