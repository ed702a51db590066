"""Inputs that no client should send: a server must reject each of them without a 5xx."""
