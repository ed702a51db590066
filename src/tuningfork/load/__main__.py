"""The process of `tuningfork load`; its argument is the options as JSON.

`tuningfork load` replaces itself by this process, which imports Locust before everything else: Locust patches
sockets, locks and threads of the standard library for gevent, and modules that were imported before would
keep the unpatched ones.
"""

from __future__ import annotations

import sys

import locust  # noqa: F401 - see above

from tuningfork.load.process import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
