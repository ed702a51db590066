"""Checks the exchanges of files in their order: in this process, or in several for a large file."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
import sys
import threading
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path

from tuningfork.redaction import SecretFinder, SecretLocations
from tuningfork.report import traffic
from tuningfork.report.checked_exchange import CheckedExchange
from tuningfork.report.packed_exchange import PackedExchange, pack, unpack
from tuningfork.report.readers.attachments import Attachments, attachments_beside
from tuningfork.report.readers.har_stream import RawEntry
from tuningfork.report.recorded_exchange import RecordedExchange, TrafficError
from tuningfork.report.traffic_checker import TrafficChecker

Secrets = tuple[tuple[str, str], ...]
"""The name and the value of each secret."""
Judged = tuple[int, tuple[PackedExchange, Secrets]]
"""The number of an exchange, and its findings."""
MAX_REMEMBERED = 4096
"""Exchanges whose findings are stored, because clients and proxies repeat requests."""
BATCH_SIZE = 100
MIN_BYTES_FOR_PROCESSES = 16 * 2**20
"""Size of a file that is worth the start of further processes."""
MAX_PROCESSES = 4
BATCHES_PER_PROCESS = 3
"""Batches that wait or are checked, so that no process is idle."""


@dataclass(frozen=True, slots=True)
class JudgedExchange:
    """A checked exchange and the secrets that it contains, as pairs of name and secret."""

    checked: CheckedExchange
    secrets: Secrets


@dataclass(frozen=True, slots=True)
class Batch:
    """Exchanges of one file that are checked by one process."""

    file: Path
    has_own_hosts: bool
    exchanges: list[RecordedExchange | RawEntry]


@dataclass(frozen=True, slots=True)
class JudgedBatch:
    """The exchanges of a batch up to the first that can't be read, and why it can't; empty if all can."""

    file: Path
    exchanges: list[Judged]
    error: str = ""

    def unpacked(self) -> Iterator[JudgedExchange]:
        """Yield the exchanges."""
        for number, (packed, secrets) in self.exchanges:
            yield JudgedExchange(unpack(packed, self.file, number), secrets)


class TrafficJudge:
    """Checks the exchanges of one file after the other.

    Args:
        checker: checks an exchange.
        locations: where the secrets of all APIs are.
    """

    def __init__(self, checker: TrafficChecker, locations: SecretLocations) -> None:
        self._checker, self._secrets = checker, SecretFinder(locations)
        self._remembered: OrderedDict[bytes, tuple[PackedExchange, Secrets]] = OrderedDict()

    def judge_file(self, path: Path) -> Iterator[JudgedExchange]:
        """Yield the exchanges of a file in their order.

        Raises:
            TrafficError: the file can't be read, or not to its end; after the last complete exchange.
        """
        with suppress(TrafficError):
            self._checker.learn_hosts(path, traffic.iterate(path))
        has_own_hosts = path in self._checker.files_with_own_hosts
        batches = (Batch(path, has_own_hosts, each) for each in _batches(traffic.iterate_raw(path)))
        for judged in self._judge_batches(batches, _processes_for(path)):
            yield from judged.unpacked()
            if judged.error:
                raise TrafficError(judged.error)

    def judge_stream(self, exchanges: Iterable[RecordedExchange | RawEntry]) -> Iterator[JudgedExchange]:
        """Yield each exchange of a stream as soon as it is read."""
        attachments = Attachments(lambda _path, _limit: None)  # a stream has no folder
        for each in exchanges:
            recorded = traffic.parse(each, attachments)
            number, (packed, secrets) = self._judge(recorded)
            yield JudgedExchange(unpack(packed, recorded.file, number), secrets)

    def judge_batch(self, batch: Batch) -> JudgedBatch:
        """Check the exchanges of a batch."""
        attachments = attachments_beside(batch.file)
        if batch.has_own_hosts:
            self._checker.files_with_own_hosts.add(batch.file)
        judged: list[Judged] = []
        try:
            for each in batch.exchanges:
                judged.append(self._judge(traffic.parse(each, attachments)))  # noqa: PERF401 - see the error
        except TrafficError as error:
            return JudgedBatch(batch.file, judged, str(error))
        return JudgedBatch(batch.file, judged)

    def _judge(self, recorded: RecordedExchange) -> Judged:
        """Check an exchange and find its secrets, unless an equal one was checked before."""
        key = self._key(recorded)
        found = self._remembered.pop(key, None)
        if found is None:
            secrets = self._secrets.find(recorded.with_empty_bodies())
            found = pack(self._checker(recorded)), secrets
        if key:
            self._remembered[key] = found  # the last one to be forgotten
        if len(self._remembered) > MAX_REMEMBERED:
            self._remembered.popitem(last=False)
        return recorded.number, found

    def _key(self, recorded: RecordedExchange) -> bytes:
        """Return a hash of all that the findings depend on.

        It is empty for an encoded body, since the bodies of a file are decoded up to a limit only.
        """
        if "content-encoding" in recorded.exchange.response.headers:
            return b""
        has_own_hosts = recorded.file in self._checker.files_with_own_hosts
        hashed = hashlib.blake2b(digest_size=20)
        for part in recorded.content():
            hashed.update(b"%d " % len(part))
            hashed.update(part)
        return hashed.digest() + bytes([has_own_hosts])

    def _judge_batches(self, batches: Iterator[Batch], processes: int) -> Iterator[JudgedBatch]:
        """Yield the batches in their order, checked by some processes, or by this one if the number is 0."""
        if not processes:
            yield from map(self.judge_batch, batches)
            return
        context = multiprocessing.get_context("fork")
        pool = ProcessPoolExecutor(processes, context, _start_process, (self,))
        waiting: deque[Future[JudgedBatch]] = deque()
        try:
            for batch in batches:
                waiting.append(pool.submit(_judge_in_process, batch))
                if len(waiting) > processes * BATCHES_PER_PROCESS:
                    yield waiting.popleft().result()
        except TrafficError:
            yield from (each.result() for each in waiting)
            raise
        else:
            yield from (each.result() for each in waiting)
        finally:
            pool.shutdown(cancel_futures=True)


def _processes_for(path: Path) -> int:
    """Return how many processes check a file; 0 for this one alone, as where a process can't be forked."""
    cores = min(os.cpu_count() or 1, MAX_PROCESSES)
    is_large = path.is_file() and path.stat().st_size >= MIN_BYTES_FOR_PROCESSES
    return cores if is_large and cores > 1 and sys.platform == "linux" else 0


_judge_of_process: TrafficJudge


def _start_process(judge: TrafficJudge) -> None:
    """Prepare a process that checks batches: it ends with its parent, which alone handles signals."""
    global _judge_of_process
    _judge_of_process = judge
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN if number == signal.SIGINT else signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when its parent has ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _judge_in_process(batch: Batch) -> JudgedBatch:
    return _judge_of_process.judge_batch(batch)


def _batches(
    exchanges: Iterator[RecordedExchange | RawEntry],
) -> Iterator[list[RecordedExchange | RawEntry]]:
    """Yield the exchanges in lists of BATCH_SIZE; those before an error are yielded before it is raised."""
    batch: list[RecordedExchange | RawEntry] = []
    try:
        for each in exchanges:
            batch.append(each)
            if len(batch) == BATCH_SIZE:
                yield batch
                batch = []
    except TrafficError:
        yield batch
        raise
    yield batch
