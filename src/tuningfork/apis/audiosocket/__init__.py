"""The Audiosocket API."""
