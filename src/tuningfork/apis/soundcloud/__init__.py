"""SoundCloud, as of early 2022."""
