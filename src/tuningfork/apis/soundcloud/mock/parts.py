"""The parts of the SoundCloud mock, each with the other parts that it calls."""

from __future__ import annotations

from tuningfork.apis.soundcloud.mock.apps import Apps
from tuningfork.apis.soundcloud.mock.authorization import Authorization
from tuningfork.apis.soundcloud.mock.codes import Codes
from tuningfork.apis.soundcloud.mock.comments import Comments
from tuningfork.apis.soundcloud.mock.consent import Consent
from tuningfork.apis.soundcloud.mock.cors import Cors
from tuningfork.apis.soundcloud.mock.errors import Errors
from tuningfork.apis.soundcloud.mock.oauth_server import OAuthServer
from tuningfork.apis.soundcloud.mock.pagination import Pagination
from tuningfork.apis.soundcloud.mock.permalinks import Permalinks
from tuningfork.apis.soundcloud.mock.playlists import Playlists
from tuningfork.apis.soundcloud.mock.profiles import Profiles
from tuningfork.apis.soundcloud.mock.rate_limits import RateLimits
from tuningfork.apis.soundcloud.mock.request_parsing import RequestParser
from tuningfork.apis.soundcloud.mock.search import Search
from tuningfork.apis.soundcloud.mock.streams import Streams
from tuningfork.apis.soundcloud.mock.tokens import Tokens
from tuningfork.apis.soundcloud.mock.tracks import Tracks
from tuningfork.apis.soundcloud.mock.uploads import Uploads
from tuningfork.apis.soundcloud.mock.users import Users
from tuningfork.mock.app import Mock
from tuningfork.mock.jsonp import Jsonp
from tuningfork.mock.state import IdSequence


class SoundCloudParts(Mock):
    """A mock whose rules are methods of its parts, such as `mock.tokens.spend`.

    Handlers call the parts through the mock, and parts call each other as the same objects. A patch therefore
    changes one rule everywhere by replacing one method.
    """

    def create_parts(self) -> None:
        """Create every part, in the order in which they depend on each other."""
        self.errors = Errors()
        self.cors = Cors()
        self.jsonp = Jsonp()
        self.request_parser = RequestParser()
        self.pagination = Pagination()
        self.search = Search()
        self.uploads = Uploads()
        self.streams = Streams()
        self.artwork_ids = IdSequence(900_001)
        self._create_oauth_parts()
        self._create_resource_parts()

    def _create_oauth_parts(self) -> None:
        self.apps = Apps()
        self.users = Users(self.parse_id)
        self.tokens = Tokens(self.clock)
        self.codes = Codes(self.clock, self.tokens)
        self.rate_limits = RateLimits(self.clock)
        self.authorization = Authorization(self.tokens)
        self.oauth_server = OAuthServer(self.apps, self.codes, self.tokens, self.rate_limits, self.errors)
        self.consent = Consent(self.users, self.oauth_server)

    def _create_resource_parts(self) -> None:
        self.comments = Comments(self.clock, self.users)
        self.tracks = Tracks(self.clock, self.parse_id, self.authorization, self.users, self.comments)
        self.playlists = Playlists(self.clock, self.parse_id, self.authorization, self.users, self.tracks)
        self.tracks.references.extend((self.playlists, self.comments))
        self.profiles = Profiles(self.users, self.tracks, self.playlists)
        self.permalinks = Permalinks(self.authorization, self.users, self.tracks, self.playlists)

    def parse_id(self, text: str) -> int | None:
        """Return the id in a path segment, or None if `text` is not an id."""
        return self.number(text)  # looked up at each request: a patch may have replaced `number`
