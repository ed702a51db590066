"""The root of collection: the plugin of tuningfork (an entry point) does the work."""
