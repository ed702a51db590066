"""`tuningfork check` on long traffic: whether it finds exactly what is broken, how fast, in how much memory.

    python benchmarks/long_traffic.py [--exchanges 100000] [--seed 1] [--keep FOLDER]

Writes a HAR from the cassettes of the three contracts: 5 % of the exchanges belong to other hosts, and 1 % is
broken in one of the ways of FAULTS. Exit code 1 if `check` finds anything else, is slower than MIN_RATE or
needs more than MAX_MEGABYTES.
"""

from __future__ import annotations

import argparse
import base64
import copy
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from tuningfork.report import traffic
from tuningfork.report.recorded_exchange import RecordedExchange

MIN_RATE = 2000
"""Exchanges a second."""
MAX_MEGABYTES = 300
"""Memory of all processes together."""
FOREIGN_SHARE, BROKEN_SHARE, LONG_SHARE = 0.05, 0.0095, 0.04
WALK_SHARE, BROKEN_WALK_SHARE = 0.0025, 0.2
LONG_BODY_BYTES = 4_000
CASSETTES = Path(__file__).parents[1] / "cassettes"
HOSTS = {
    "soundcloud": "https://api.soundcloud.com",
    "audiosocket": "https://api.audiosocket.com",
    "audioboo": "https://api.audioboom.com",
}
FOREIGN_URLS = (
    "https://cdn.example.com/app.js",
    "https://metrics.example.net/collect?id=1",
    "https://api.soundcloud.com.example.org/tracks/1",
    "https://www.example.org/",
)

Entry = dict[str, Any]
Change = Callable[[Entry, Any], Any]
"""Changes an entry of a HAR, of which the second argument is the JSON body; returns the new body."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to break an exchange.

    Args:
        name: what is wrong.
        request: matches the API, the method, the path and the status of the exchanges that can be broken.
        change: breaks one of them.
        claims: the claims that are broken then, and no others.
    """

    name: str
    request: str
    change: Change
    claims: frozenset[str]


@dataclass(slots=True)
class Plan:
    """What `check` has to find.

    Args:
        broken: the claims that an exchange breaks, by its number.
        foreign: the numbers of the exchanges of other hosts.
    """

    broken: dict[int, frozenset[str]] = field(default_factory=dict)
    foreign: set[int] = field(default_factory=set)


def fault(name: str, request: str, change: Change, *claims: str) -> Fault:
    """Return a fault."""
    return Fault(name, request, change, frozenset(claims))


def put(*path: str, value: Any) -> Change:
    """Return a change of one property of the body."""

    def change(_entry: Entry, body: Any) -> Any:
        """Return the body with another value of the property."""
        parent = body
        for name in path[:-1]:
            parent = parent[name]
        parent[path[-1]] = value
        return body

    return change


def drop(*path: str) -> Change:
    """Return a change that removes a property of the body."""

    def change(_entry: Entry, body: Any) -> Any:
        """Return the body without the property."""
        parent = body
        for name in path[:-1]:
            parent = parent[name]
        del parent[path[-1]]
        return body

    return change


def drop_header(name: str) -> Change:
    """Return a change that removes a header of the response."""

    def change(entry: Entry, body: Any) -> Any:
        """Remove the header; return the body as it is."""
        headers = entry["response"]["headers"]
        entry["response"]["headers"] = [each for each in headers if each["name"].lower() != name]
        return body

    return change


def responding(status: int, text: str, media_type: str = "text/plain") -> Change:
    """Return a change of status, media type and body."""

    def change(entry: Entry, _body: Any) -> str:
        """Change the status and the media type; return the body."""
        entry["response"]["status"] = status
        headers = [each for each in entry["response"]["headers"] if each["name"].lower() != "content-type"]
        entry["response"]["headers"] = [*headers, {"name": "Content-Type", "value": media_type}]
        return text

    return change


def repeat_item(_entry: Entry, body: Any) -> Any:
    """Return a page with its first item at the end too."""
    body["collection"] = [*body["collection"], body["collection"][0]]
    return body


def multiply_items(_entry: Entry, body: Any) -> Any:
    """Return a page with more items than any page may have."""
    item = body["collection"][0]
    body["collection"] = [{**item, "id": number} for number in range(1, 202)]
    return body


TRACK, CLIP = r"soundcloud GET /tracks/\d+ 200", r"audioboo GET /audio_clips/\d+ 200"
NO_TRACK = r"soundcloud GET /tracks/\d+ 404"
FOLLOWERS = r"soundcloud GET /me/followers\?.*limit=200.* 200"
TOKEN_RESPONSE = r"soundcloud POST /oauth2/token 200"  # noqa: S105 - no password
CATALOGUE_TRACK = r"audiosocket GET /tracks/\d+ 200"
FAULTS = (
    fault("the id of a track is text", TRACK, put("id", value="17"), "SC-TRACK-01"),
    fault("a track has no title", TRACK, drop("title"), "SC-TRACK-01"),
    fault("a track has no user", TRACK, drop("user"), "SC-TRACK-01"),
    fault("a track has an unknown sharing", TRACK, put("sharing", value="secretly"), "SC-TRACK-01"),
    fault("a time is not a time", TRACK, put("created_at", value="yesterday"), "SC-TRACK-03"),
    fault("the server fails", TRACK, responding(500, "{}", "application/json"), "SC-ERR-09"),
    fault("an error has no list", NO_TRACK, drop("errors"), "SC-ERR-01"),
    fault("an error is a page", NO_TRACK, responding(404, "<p>gone", "text/html"), "SC-ERR-01"),
    fault("a page has an item twice", FOLLOWERS, repeat_item, "SC-PAGE-06"),
    fault("a page has over 200 items", FOLLOWERS, multiply_items, "SC-PAGE-02", "SC-PAGE-03"),
    fault("the next page is elsewhere", FOLLOWERS, put("next_href", value="https://x.test/a"), "SC-PAGE-07"),
    fault("a token response has no token", TOKEN_RESPONSE, drop("access_token"), "SC-TOKEN-02"),
    fault("a clip has no id", CLIP, drop("body", "audio_clip", "id"), "AB-CLIP-01"),
    fault("a time is in words", CLIP, put("body", "audio_clip", "uploaded_at", value="now"), "AB-CLIP-02"),
    fault(
        "an error has no code", "audioboo GET /account 401", drop_header("x-audioboo-error_code"), "AB-ERR-01"
    ),
    fault(
        "another status in the body", CATALOGUE_TRACK, put("status", value=201), "AS-ENV-02", "AS-TRACK-01"
    ),
    fault("no data", CATALOGUE_TRACK, drop("data"), "AS-ENV-04", "AS-TRACK-01"),
    fault(
        "another phrase",
        r"audiosocket GET /tracks/\d+ 404",
        put("message", value="Nope"),
        "AS-ENV-03",
        "AS-TRACK-01",
    ),
    fault(
        "a 204 with a body", r"audiosocket DELETE /tracks/\d+ 204", lambda _entry, _body: "gone", "AS-ENV-08"
    ),
    fault("no challenge", r"audiosocket GET /tracks/\d+ 401", drop_header("www-authenticate"), "AS-AUTH-06"),
)
WALK_CLAIMS = frozenset({"SC-PAGE-06"})
"""Broken by an item on two pages, which no single exchange shows."""


def main() -> int:
    """Write the traffic, check it, compare, and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--exchanges", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for the HAR, which is otherwise deleted")
    parser.add_argument("--only-correctness", action="store_true", help="do not compare rate and memory")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        har = (options.keep or Path(temporary)) / "long.har"
        plan = write_traffic(har, options.exchanges, random.Random(options.seed))  # noqa: S311 - no secret
        megabytes = har.stat().st_size / 1e6
        numbers = f"{len(plan.broken)} broken, {len(plan.foreign)} foreign"
        print(f"{options.exchanges:,} exchanges, {megabytes:.0f} MB, {numbers}")
        errors, rate, megabytes = check(har, plan, options.exchanges)
    print(f"{rate:,.0f} exchanges a second (at least {MIN_RATE:,})")
    print(f"{1e6 * processor_seconds() / options.exchanges:,.0f} us of processor time for each")
    print(f"{megabytes:.0f} MB (at most {MAX_MEGABYTES})")
    for error in errors[:20]:
        print(f"wrong: {error}")
    print(f"{len(errors)} wrong")
    is_slow = not options.only_correctness and (rate < MIN_RATE or megabytes > MAX_MEGABYTES)
    return int(bool(errors) or is_slow)


def write_traffic(har: Path, exchanges: int, rng: random.Random) -> Plan:
    """Write a HAR and return what is broken in it."""
    plan = Plan()
    with har.open("w", encoding="utf-8") as file:
        file.write(
            '{"log": {"version": "1.2", "creator": {"name": "benchmark", "version": "1"}, "entries": [\n'
        )
        for number, text in enumerate(islice(_entries(plan, rng), exchanges)):
            file.write(f"{',' if number else ''}{text}\n")
        file.write("]}}")
    plan.broken.pop(exchanges + 1, None)
    return plan


def _entries(plan: Plan, rng: random.Random) -> Iterator[str]:
    """Yield entries of a HAR without end, and add to the plan what is broken in them."""
    entries = [_entry(each) for each in _recorded()]
    long = [each for each in entries if each["response"]["content"]["size"] > LONG_BODY_BYTES]
    breakable = {each.name: [entry for entry in entries if _can_break(each, entry)] for each in FAULTS}
    lists = [each for each in entries if re.fullmatch(FOLLOWERS, each["_key"]) and _has_many_items(each)]
    texts = {id(each): json.dumps(_without_marks(each)) for each in entries}
    number = faults = 0
    while True:
        number += 1
        chance = rng.random()
        if chance < FOREIGN_SHARE:
            plan.foreign.add(number)
            yield json.dumps(_foreign(rng.choice(entries), rng.choice(FOREIGN_URLS)))
        elif chance < FOREIGN_SHARE + BROKEN_SHARE:
            faults += 1
            each = FAULTS[faults % len(FAULTS)]
            plan.broken[number] = each.claims
            yield json.dumps(_broken(each, rng.choice(breakable[each.name])))
        elif chance < FOREIGN_SHARE + BROKEN_SHARE + WALK_SHARE:
            is_broken = rng.random() < BROKEN_WALK_SHARE
            yield from map(json.dumps, _walk(rng.choice(lists), number, is_broken))
            number += 1
            if is_broken:
                plan.broken[number] = WALK_CLAIMS
        else:
            yield texts[id(rng.choice(long if rng.random() < LONG_SHARE else entries))]


def _has_many_items(entry: Entry) -> bool:
    """Return whether a page has enough items for two pages."""
    return len(json.loads(entry["response"]["content"]["text"])["collection"]) >= 4


def _walk(entry: Entry, number: int, is_broken: bool) -> Iterator[Entry]:
    """Yield two pages of a list; one that is not broken repeats an item as after the insertion of another."""
    items = json.loads(entry["response"]["content"]["text"])["collection"]
    half = len(items) // 2
    url = f"{HOSTS['soundcloud']}/me/followers?linked_partitioning=true&limit={half}"
    following = f"{url}&cursor={number}"
    rest = [*items[half + 1 :], items[0]] if is_broken else [items[half - 1], *items[half + 1 :]]
    pages = {
        url: {"collection": items[:half], "next_href": following},
        following: {"collection": rest[:half]},
    }
    for address, body in pages.items():
        page = copy.deepcopy(_without_marks(entry))
        page["request"]["url"] = address
        page["response"]["content"]["text"] = json.dumps(body)
        page["response"]["content"]["size"] = len(page["response"]["content"]["text"])
        yield page


def check(har: Path, plan: Plan, exchanges: int) -> tuple[list[str], float, float]:
    """Run `check`; return what differs from the plan, the exchanges a second, and the megabytes in use."""
    start = time.monotonic()
    with tempfile.TemporaryFile() as output:
        command = [sys.executable, "-m", "tuningfork", "check", "--json", str(har)]
        process = subprocess.Popen(command, stdout=output, cwd=CASSETTES.parent)  # noqa: S603 - our own
        memory = _PeakMemory(process.pid)
        process.wait()
        seconds = time.monotonic() - start
        megabytes = memory.stop()
        output.seek(0)
        found = json.load(output)["exchanges"]
    return list(_differences(found, plan, exchanges)), exchanges / seconds, megabytes


def _differences(found: list[dict[str, Any]], plan: Plan, exchanges: int) -> Iterator[str]:
    """Yield what `check` found otherwise than planned."""
    if len(found) != exchanges:
        yield f"{len(found)} of {exchanges} exchanges"
    for each in found:
        number, claims = each["number"], frozenset(broken["claim"] for broken in each["broken"])
        expected = plan.broken.get(number, frozenset())
        if claims != expected:
            yield f"{number} {each['method']} {each['url'][:80]}: {sorted(claims)}, not {sorted(expected)}"
        if (each["api"] is None) != (number in plan.foreign):
            yield f"{number} {each['url'][:80]}: belongs to {each['api']}"


def processor_seconds() -> float:
    """Return the processor time of all children, which other programs on the machine change less."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class _PeakMemory:
    """Samples the memory of a process and its children, pages that they share counted once.

    Args:
        pid: of the process.
    """

    def __init__(self, pid: int) -> None:
        self._pid, self._peak, self._is_done = pid, 0, threading.Event()
        self._thread = threading.Thread(target=self._sample)
        self._thread.start()

    def stop(self) -> float:
        """Return the largest sample in megabytes."""
        self._is_done.set()
        self._thread.join()
        return self._peak / 1e3

    def _sample(self) -> None:
        """Sample until `stop`."""
        while not self._is_done.wait(0.2):
            self._peak = max(self._peak, sum(_proportional_kilobytes(pid) for pid in _family(self._pid)))


def _family(pid: int) -> list[int]:
    """Return a process and its children."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *map(int, children)]


def _proportional_kilobytes(pid: int) -> int:
    """Return the memory of a process, a page that it shares divided by the number of its users."""
    try:
        found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) if found else 0


def _recorded() -> Iterator[RecordedExchange]:
    """Yield the recorded exchanges that break nothing: no failures, and no test hooks."""
    for file in sorted(CASSETTES.glob("*/*/*.yaml")):
        for each in traffic.read(file):
            if "/_controls" not in each.exchange.request.url and 200 <= each.exchange.response.status < 500:
                yield each


def _entry(recorded: RecordedExchange) -> Entry:
    """Return an exchange of a cassette as the entry of a HAR, with the host of its contract."""
    request, response = recorded.exchange.request, recorded.exchange.response
    api = recorded.file.relative_to(CASSETTES).parts[0]
    host, old_host = HOSTS[api], recorded.base_url
    body = response.body.replace(old_host.encode(), host.encode())
    content: dict[str, Any] = {"size": len(body), "mimeType": response.headers.get("content-type", "")}
    try:
        content["text"] = body.decode()
    except UnicodeDecodeError:
        content |= {"text": base64.b64encode(body).decode(), "encoding": "base64"}
    target = request.url.removeprefix(old_host)
    return {
        "_key": f"{api} {request.method} {target} {response.status}",
        "startedDateTime": "2026-11-01T12:00:00.000Z",
        "time": 12.5,
        "request": {
            "method": request.method,
            "url": request.url.replace(old_host, host),
            "httpVersion": "HTTP/1.1",
            "headers": _headers(request.headers.pairs),
            "queryString": [],
            "cookies": [],
            "headersSize": -1,
            "bodySize": len(request.body),
            **(
                {"postData": {"mimeType": "", "text": request.body.decode("utf-8", "replace")}}
                if request.body
                else {}
            ),
        },
        "response": {
            "status": response.status,
            "statusText": response.reason,
            "httpVersion": "HTTP/1.1",
            "headers": _headers(response.headers.pairs),
            "cookies": [],
            "content": content,
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": 12, "receive": 0},
    }


def _headers(pairs: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    """Return headers as a HAR has them."""
    return [{"name": name, "value": value} for name, value in pairs]


def _without_marks(entry: Entry) -> Entry:
    """Return an entry without what only the benchmark needs."""
    return {name: value for name, value in entry.items() if name != "_key"}


def _can_break(each: Fault, entry: Entry) -> bool:
    """Return whether a fault can break an entry."""
    if not re.fullmatch(each.request, entry["_key"]):
        return False
    try:
        _broken(each, entry)
    except (KeyError, TypeError, ValueError):
        return False
    return True


def _broken(each: Fault, entry: Entry) -> Entry:
    """Return an entry that is broken by a fault."""
    copied = copy.deepcopy(_without_marks(entry))
    content = copied["response"]["content"]
    body = each.change(copied, json.loads(content["text"]) if content["text"] else None)
    content["text"] = body if isinstance(body, str) else json.dumps(body)
    content["size"] = len(content["text"].encode())
    return copied


def _foreign(entry: Entry, url: str) -> Entry:
    """Return an entry of another host."""
    return {**_without_marks(entry), "request": {**entry["request"], "url": url}}


if __name__ == "__main__":
    sys.exit(main())
