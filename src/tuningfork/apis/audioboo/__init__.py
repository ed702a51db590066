"""The Audioboo API as of December 2014."""
