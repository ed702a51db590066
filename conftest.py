"""The root of collection: the plugin of tuningfork (an entry point) does the work."""

from __future__ import annotations

pytest_plugins = ["pytester"]  # tests/plugin runs pytest; only a root conftest may name a plugin
