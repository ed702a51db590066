"""The floor: GETs of one path by a requests session, whose responses are not judged.

    python -m benchmarks.peers.requests_loop URL COUNT HEADERS_AS_JSON

It fails if one of them is refused.
"""

from __future__ import annotations

import json
import sys

import requests


def main(url: str, count: str, headers: str) -> None:
    """Send the requests; raise HTTPError if one is refused."""
    with requests.Session() as session:
        session.headers.update(json.loads(headers))
        for _ in range(int(count)):
            session.get(url, timeout=30).raise_for_status()


if __name__ == "__main__":
    main(*sys.argv[1:])
