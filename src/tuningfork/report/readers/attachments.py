"""Reads bodies that a recorder stored in separate files, in the folder of an archive or in the same zip."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from tuningfork.report.content_coding import MAX_BODY_BYTES
from tuningfork.report.recorded_exchange import MissingBody

ZIP_ERRORS = (
    zipfile.BadZipFile,
    RuntimeError,
    NotImplementedError,
    OSError,
    EOFError,
    ValueError,
    zlib.error,
)
"""What zipfile raises for a file that is damaged, encrypted or compressed by an unsupported method."""

ReadFile = Callable[[PurePosixPath, int], bytes | None]
"""(path, limit): returns up to `limit` bytes from the start of a file; None if it can't be read."""


class Attachments:
    """The attached bodies of one archive; each is read once, and no more than MAX_BODY_BYTES in total.

    Args:
        read_file: reads a file of the archive.
    """

    def __init__(self, read_file: ReadFile) -> None:
        self._read_file = read_file
        self._bodies: dict[str, bytes | MissingBody] = {}
        self._bytes_left = MAX_BODY_BYTES

    def body(self, name: str) -> bytes | MissingBody:
        """Return the content of the file with this name, or why it is missing."""
        if name not in self._bodies:
            self._bodies[name] = self._read(name)
        return self._bodies[name]

    def _read(self, name: str) -> bytes | MissingBody:
        """Return the content of a file, or why it is missing; names outside the folder are not read."""
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name:
            return MissingBody("its body is in a file outside of the recording's folder, which is not read")
        content = self._read_file(path, self._bytes_left + 1)
        if content is None:
            return MissingBody("its body is in a file that is missing or can't be read")
        if len(content) > self._bytes_left:
            limit = f"{MAX_BODY_BYTES >> 20} MiB"
            return MissingBody(f"the attached bodies are larger than {limit}", blocks_checks=True)
        self._bytes_left -= len(content)
        return content


def attachments_beside(archive: Path) -> Attachments:
    """Return the attachments in the folder of a file; a link that leads out of the folder is not followed."""

    def read_file(name: PurePosixPath, limit: int) -> bytes | None:
        """Return up to `limit` bytes of a file in the folder; None if there is no such file."""
        try:
            folder = archive.parent.resolve()
            path = (folder / name).resolve()
            if not path.is_relative_to(folder) or not path.is_file():
                return None
            with path.open("rb") as file:
                return file.read(limit)
        except (OSError, ValueError, RuntimeError):
            return None

    return Attachments(read_file)


def attachments_in_zip(archive: zipfile.ZipFile, har_name: str) -> Attachments:
    """Return the attachments in a zip, in the folder of its HAR."""
    folder = PurePosixPath(har_name).parent

    def read_file(name: PurePosixPath, limit: int) -> bytes | None:
        """Return up to `limit` bytes of a file in the zip; None if there is no such file."""
        try:
            with archive.open(str(folder / name)) as file:
                return file.read(limit)
        except (*ZIP_ERRORS, KeyError):
            return None

    return Attachments(read_file)
