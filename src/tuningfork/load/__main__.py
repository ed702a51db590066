"""The process of `tuningfork load`; its argument is the options as JSON.

`tuningfork load` replaces itself by this process, which imports Locust before everything else: Locust patches
sockets, locks and threads of the standard library for gevent, and modules that were imported before would
keep the unpatched ones.
"""

from __future__ import annotations

import os
import signal
import sys

INTERRUPTED = 2
"""The value of Exit.INTERRUPTED; its module must not be imported before Locust."""

if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: os._exit(INTERRUPTED))
    import locust  # noqa: F401 - see above

    from tuningfork.load.process import main

    sys.exit(main(sys.argv[1]))
