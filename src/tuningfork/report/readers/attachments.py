"""Bodies that a recorder has written into files of their own, beside an archive or in one zip with it."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from tuningfork.report.recorded_exchange import MAX_BODY, Unknown

BROKEN_ZIP = (
    zipfile.BadZipFile,
    RuntimeError,
    NotImplementedError,
    OSError,
    EOFError,
    ValueError,
    zlib.error,
)
"""What reading a member of a zip raises that is broken, encrypted or packed in a way that is not known."""


class Attachments:
    """Reads each attached body once, and no more than 64 MiB of them."""

    def __init__(self, read: Callable[[PurePosixPath, int], bytes | None]) -> None:
        self._read = read
        self._known: dict[str, bytes | Unknown] = {}
        self._left = MAX_BODY

    def body(self, name: str) -> bytes | Unknown:
        """The body in the file of this name; unknown if there is none."""
        if name not in self._known:
            self._known[name] = self._body(name)
        return self._known[name]

    def _body(self, name: str) -> bytes | Unknown:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name:
            return Unknown("its body is in a file outside of the recording's folder, which is not read")
        content = self._read(path, self._left + 1)
        if content is None:
            return Unknown("its body is in a file that is missing or can't be read")
        if len(content) > self._left:
            return Unknown(f"the attached bodies are larger than {MAX_BODY >> 20} MiB", bars=True)
        self._left -= len(content)
        return content


def beside(file: Path) -> Attachments:
    """Those in the folder of a file, and not behind a link that leads out of it."""

    def read(name: PurePosixPath, limit: int) -> bytes | None:
        try:
            folder = file.parent.resolve()
            found = (folder / name).resolve()
            if not found.is_relative_to(folder) or not found.is_file():
                return None
            with found.open("rb") as opened:
                return opened.read(limit)
        except (OSError, ValueError, RuntimeError):
            return None

    return Attachments(read)


def within(archive: zipfile.ZipFile, member: str) -> Attachments:
    """Those in a zip, in the folder of one of its members."""
    folder = PurePosixPath(member).parent

    def read(name: PurePosixPath, limit: int) -> bytes | None:
        try:
            with archive.open(str(folder / name)) as opened:
                return opened.read(limit)
        except (*BROKEN_ZIP, KeyError):
            return None

    return Attachments(read)
