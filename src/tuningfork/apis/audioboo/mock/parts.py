"""The parts of the Audioboo mock: its storages, and the rules of the API."""

from __future__ import annotations

from tuningfork.apis.audioboo.mock.api_keys import ApiKeys
from tuningfork.apis.audioboo.mock.api_version import ApiVersion
from tuningfork.apis.audioboo.mock.attachments import Attachments
from tuningfork.apis.audioboo.mock.authorization import Authorization
from tuningfork.apis.audioboo.mock.clips import Clips
from tuningfork.apis.audioboo.mock.comments import Comments
from tuningfork.apis.audioboo.mock.consent import Consent
from tuningfork.apis.audioboo.mock.content_negotiation import ContentNegotiation
from tuningfork.apis.audioboo.mock.envelope import Envelope
from tuningfork.apis.audioboo.mock.errors import Errors
from tuningfork.apis.audioboo.mock.form_fields import FormFields
from tuningfork.apis.audioboo.mock.nonces import Nonces
from tuningfork.apis.audioboo.mock.pagination import Pagination
from tuningfork.apis.audioboo.mock.permissions import Permissions
from tuningfork.apis.audioboo.mock.playlists import Playlists
from tuningfork.apis.audioboo.mock.profiles import Profiles
from tuningfork.apis.audioboo.mock.request_parsing import RequestParser
from tuningfork.apis.audioboo.mock.signatures import Signatures
from tuningfork.apis.audioboo.mock.signing_scheme import SigningScheme
from tuningfork.apis.audioboo.mock.tokens import Tokens
from tuningfork.apis.audioboo.mock.uploads import Uploads
from tuningfork.apis.audioboo.mock.users import Users
from tuningfork.mock.clock import Clock
from tuningfork.mock.jsonp import Jsonp


class Parts:
    """The objects that request handlers work with.

    A part calls its collaborators at each request, so replacing a method of one part changes all others.
    """

    def __init__(self, clock: Clock) -> None:
        self._create_protocol_parts(clock)
        self._create_authentication_parts(clock)
        self._create_resource_parts(clock)

    def _create_protocol_parts(self, clock: Clock) -> None:
        self.request_parser = RequestParser()
        self.api_version = ApiVersion()
        self.content_negotiation = ContentNegotiation(self.api_version)
        self.jsonp = Jsonp()
        self.envelope = Envelope(clock)
        self.errors = Errors(self.envelope)
        self.pagination = Pagination(self.envelope)
        self.form_fields = FormFields()

    def _create_authentication_parts(self, clock: Clock) -> None:
        self.users = Users()
        self.api_keys = ApiKeys()
        self.nonces = Nonces(clock)
        self.tokens = Tokens()
        self.signatures = Signatures(self.api_keys, self.tokens, self.nonces)
        self.signing_scheme = SigningScheme(self.api_keys, self.nonces)
        self.authorization = Authorization(self.signatures, self.signing_scheme)
        self.consent = Consent(self.users, self.tokens, self.errors)
        self.permissions = Permissions()

    def _create_resource_parts(self, clock: Clock) -> None:
        self.attachments = Attachments(self.permissions)
        self.uploads = Uploads(self.attachments)
        self.comments = Comments(self.users, clock)
        self.playlists = Playlists(self.users)
        self.clips = Clips(self.users, self.comments, self.playlists, self.permissions, clock)
        self.profiles = Profiles(self.users, self.clips)

    def reset_parts(self) -> None:
        """Restore every part that has a state to its initial state, without seed data."""
        for part in (
            self.api_keys,
            self.nonces,
            self.tokens,
            self.consent,
            self.users,
            self.clips,
            self.comments,
            self.playlists,
            self.attachments,
        ):
            part.reset()
