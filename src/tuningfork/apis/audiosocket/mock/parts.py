"""The parts of the Audiosocket mock: its storages, and the rules of the API."""

from __future__ import annotations

from tuningfork.apis.audiosocket.mock.authorization import Authorization
from tuningfork.apis.audiosocket.mock.request_parsing import RequestParser
from tuningfork.apis.audiosocket.mock.responses import Responses
from tuningfork.apis.audiosocket.mock.tokens import Tokens
from tuningfork.apis.audiosocket.mock.tracks import Tracks


class Parts:
    """The objects that request handlers work with."""

    def __init__(self) -> None:
        self.responses = Responses()
        self.request_parser = RequestParser()
        self.tokens = Tokens()
        self.authorization = Authorization(self.tokens)
        self.tracks = Tracks()
