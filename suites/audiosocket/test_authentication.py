"""Authentication (https://api-docs.audiosocket.com, "Authentication")."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from tuningfork import Unmet, claim, not_verified
from tuningfork.apis.audiosocket.nonexistent_ids import IMPOSSIBLE
from tuningfork.apis.audiosocket.tracks import PATH, Tracks, at, is_that
from tuningfork.checks.www_authenticate import schemes
from tuningfork.client.client import Answer, Client, JsonObject
from tuningfork.client.controls import Controls
from tuningfork.testing.operation_requests import Probe, everywhere, nowhere

from .support.invalid_tokens import BROKEN, STRANGE, altered
from .support.operation_requests import all_in, reading, told

Fresh = Callable[[str], str]
Changing = Callable[[Any, str], list[Probe]]

SCHEMES = ("bearer", "BEARER", "bEaReR")
PARAMETERS = ("token", "access_token")
JSON = {"Content-Type": "application/json"}
BAD_BODIES = (b"", b"{", b"[]", b'{"title": 7}', b"no JSON at all", b"x" * 100_000)
INTRUDERS: dict[str, Callable[[Client], Client]] = {
    "nobody": lambda api: api.with_header(None),
    "an unknown token": lambda api: api.with_token("no-such-token", "Bearer"),
    "a nearly good token": lambda api: api.with_token(f"{api.token}x", "Bearer"),
    "another scheme": lambda api: api.with_header(STRANGE["basic"](api.token)),
    "the bare token": lambda api: api.with_header(api.token),
}


@claim("AS-AUTH-01")
def test_the_token_is_accepted_for_reading(probed: list[Probe], api: Client) -> None:
    """By the list and by a track, each time it is shown."""
    for _ in range(3):
        nowhere(reading(probed), api.with_token(api.token, "Bearer"), 401, 403)


@claim("AS-AUTH-01", needs=("write",))
def test_the_token_is_accepted_for_writing(
    changing: Changing, probed: list[Probe], own: JsonObject, fresh: Fresh, api: Client
) -> None:
    """By what creates and by what removes, good requests and wrong ones, the second time too."""
    nowhere([*changing(own["id"], fresh("new")), *probed], api, 401, 403)
    nowhere(changing(own["id"], fresh("newer")), api, 401, 403)


@claim("AS-AUTH-02")
def test_nothing_answers_without_the_header(probed: list[Probe], anonymous: Client, api: Client) -> None:
    """No operation, not even just after it has answered the token."""
    everywhere(probed, anonymous, 401)

    for probe in probed:
        if probe.only_reads:
            probe.send(api)
        everywhere([probe, probe], anonymous, 401)


@claim("AS-AUTH-02")
def test_a_head_tells_nothing_without_the_header(probed: list[Probe], anonymous: Client) -> None:
    """HEAD is refused like GET, if it is known."""
    for probe in reading(probed):
        answer = anonymous.head(probe.path)
        assert answer.status >= 400, f"expected no success without the header, found {told(answer)}"


@claim("AS-AUTH-02")
def test_a_cookie_is_no_header(probed: list[Probe], api: Client) -> None:
    """Whatever cookies came with good answers."""
    everywhere(reading(probed), api, *range(200, 600))
    later = api.with_header(None)
    later.session.cookies.update(api.session.cookies)

    everywhere(probed, later, 401)


@claim("AS-AUTH-02", needs=("write",))
def test_good_writing_is_refused_without_the_header(
    changing: Changing, own: JsonObject, api: Client, fresh: Fresh
) -> None:
    """What creates, and what removes a track that is there."""
    everywhere(changing(own["id"], fresh("nobody's")), api.with_header(None), 401)


@claim("AS-AUTH-03")
def test_an_unknown_token_opens_nothing(probed: list[Probe], api: Client) -> None:
    """On no operation, however near it is to a good one."""
    for token in altered(api.token):
        everywhere(probed, api.with_token(token, "Bearer"), 401)


@claim("AS-AUTH-03", needs=("write",))
def test_an_unknown_token_writes_nothing(
    changing: Changing, own: JsonObject, api: Client, fresh: Fresh
) -> None:
    """Neither creates nor removes, by a request that is good otherwise."""
    for token in altered(api.token):
        everywhere(changing(own["id"], fresh("unknown")), api.with_token(token, "Bearer"), 401)


@claim("AS-AUTH-04")
@pytest.mark.parametrize("way", STRANGE)
def test_another_scheme_opens_nothing(way: str, probed: list[Probe], api: Client) -> None:
    """On no operation, though the token in it is good."""
    everywhere(probed, api.with_header(STRANGE[way](api.token)), 401)


@claim("AS-AUTH-04")
@pytest.mark.parametrize("way", BROKEN)
def test_a_broken_header_opens_nothing(way: str, probed: list[Probe], api: Client) -> None:
    """It is 401; or 400, as RFC 6750 3.1 has it for what is malformed."""
    everywhere(probed, api.with_header(BROKEN[way](api.token)), 401, 400)


@claim("AS-AUTH-04", needs=("write",))
def test_another_scheme_writes_nothing(
    changing: Changing, own: JsonObject, api: Client, fresh: Fresh
) -> None:
    """In no way, by a request that is good otherwise."""
    for way in STRANGE.values():
        everywhere(changing(own["id"], fresh("strange")), api.with_header(way(api.token)), 401)


@claim("AS-AUTH-05")
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_scheme_is_read_in_any_case(scheme: str, probed: list[Probe], api: Client) -> None:
    """By everything that reads."""
    nowhere(reading(probed), api.with_token(api.token, scheme), 401, 403)


@claim("AS-AUTH-05", needs=("write",))
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_scheme_is_read_in_any_case_for_writing(
    scheme: str, changing: Changing, own: JsonObject, api: Client, fresh: Fresh
) -> None:
    """By what creates and by what removes."""
    nowhere(changing(own["id"], fresh("scheme")), api.with_token(api.token, scheme), 401, 403)


@claim("AS-AUTH-06")
def test_a_refusal_says_what_is_wanted(probed: list[Probe], anonymous: Client, api: Client) -> None:
    """Every operation, where there is no header, an unknown token, another scheme, a token in the query."""
    askers = (anonymous, api.with_token("no-such-token", "Bearer"), *strangers(api))

    for asker in askers:
        challenged(probe.send(asker) for probe in probed)
    challenged(probe.send(anonymous, params={"access_token": api.token}) for probe in probed)


@claim("AS-AUTH-06")
def test_a_refusal_of_what_is_not_there_says_what_is_wanted(anonymous: Client) -> None:
    """Whatever the id is, and whatever the body."""
    challenged(anonymous.get(f"{PATH}/{odd}") for odd in IMPOSSIBLE)
    challenged(anonymous.post(PATH, content=body, headers=JSON) for body in BAD_BODIES)


@claim("AS-AUTH-07")
@pytest.mark.parametrize("name", PARAMETERS)
def test_the_query_opens_nothing(name: str, probed: list[Probe], api: Client) -> None:
    """With a good token in it; with an unknown one in the header besides, too."""
    query = {name: api.token}

    everywhere(probed, api.with_header(None), 401, params=query)
    everywhere(probed, api.with_token("no-such-token", "Bearer"), 401, params=query)


@claim("AS-AUTH-07")
@pytest.mark.parametrize("name", PARAMETERS)
def test_a_form_opens_nothing(name: str, probed: list[Probe], api: Client) -> None:
    """With a good token in it, on every operation; with an unknown one in the header besides, too."""
    for asker in (api.with_header(None), api.with_token("no-such-token", "Bearer")):
        everywhere(probed, asker, 401, form={name: api.token}, json=None)


@claim("AS-AUTH-02")
@pytest.mark.parametrize("name", PARAMETERS)
def test_json_is_no_header(name: str, probed: list[Probe], anonymous: Client, api: Client) -> None:
    """Whatever token is in it."""
    everywhere(probed, anonymous, 401, json={name: api.token})


@claim("AS-AUTH-07", needs=("write",))
@pytest.mark.parametrize("name", PARAMETERS)
def test_no_parameter_writes_anything(
    name: str, tracks: Tracks, changing: Changing, own: JsonObject, fresh: Fresh
) -> None:
    """Neither in the query of a good request nor in a form with a title."""
    stranger, token = tracks.client.with_header(None), tracks.client.token
    good = changing(own["id"], fresh("query"))

    everywhere(good, stranger, 401, params={name: token})
    everywhere(good, stranger, 401, form={name: token, **tracks.body(fresh("form"))}, json=None)
    is_that(tracks.read(own["id"]), own["id"])


@claim("AS-AUTH-08")
@pytest.mark.parametrize("who", INTRUDERS)
def test_an_unauthenticated_write_changes_nothing(
    who: str, tracks: Tracks, changing: Changing, own: JsonObject, fresh: Fresh
) -> None:
    """The list has no track more, and the one to be removed is there as it was."""
    intruder = INTRUDERS[who](tracks.client)
    before, title = is_that(tracks.read(own["id"]), own["id"]), fresh("intruder")

    with tracks.unchanged(fresh):
        for probe in changing(own["id"], title):
            probe.send(intruder)

    status = tracks.create(title).status
    assert status != 409, "expected the refused title to be free, found a conflict"
    after = is_that(tracks.read(own["id"]), own["id"])
    assert after == before, f"expected the track as it was, {before}; found {after}"


@claim("AS-AUTH-08")
@pytest.mark.parametrize("name", PARAMETERS)
def test_a_token_in_the_query_changes_nothing(
    name: str, tracks: Tracks, changing: Changing, own: JsonObject, fresh: Fresh
) -> None:
    """Nor does one in a form."""
    stranger = tracks.client.with_header(None)

    with tracks.unchanged(fresh):
        for probe in changing(own["id"], fresh("query")):
            probe.send(stranger, params={name: tracks.client.token})
        form = {name: tracks.client.token, **tracks.body(fresh("form"))}
        stranger.post(PATH, form=form)

    is_that(tracks.read(own["id"]), own["id"])


@claim("AS-AUTH-09")
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_what_exists_is_not_told(method: str, probed: list[Probe], anonymous: Client, api: Client) -> None:
    """401 for an id that is nobody's and for one that can be none, with an unknown token as well."""
    paths = [probed[-1].path, *(f"{PATH}/{odd}" for odd in IMPOSSIBLE)]

    for asker in (anonymous, api.with_token("no-such-token", "Bearer"), *strangers(api)):
        all_in((asker.request(method, path) for path in paths), (401,))


@claim("AS-AUTH-09", needs=("write",))
@pytest.mark.parametrize("who", INTRUDERS)
def test_a_conflict_is_not_told(who: str, tracks: Tracks, fresh: Fresh) -> None:
    """What would be a duplicate is refused for its sender, 401 and not 409; so is what could be removed."""
    title = fresh("known")
    track = tracks.make(title)["id"]
    intruder = INTRUDERS[who](tracks.client)

    intruder.post(PATH, json=tracks.body(title)).has_status(401)
    intruder.delete(at(track)).has_status(401)


@claim("AS-AUTH-09")
def test_a_track_that_exists_is_refused_in_the_same_words(probed: list[Probe], anonymous: Client) -> None:
    """Its id apart, the answer is that for a track that does not."""
    there, nobody = probed[1].path, probed[-1].path

    first, again, other = (words(anonymous.get(path)) for path in (nobody, nobody, there))

    if first != again:
        not_verified("each refusal has something of its own in its words")
    assert other == first, f"expected the same words, {first}; found {other}"


@claim("AS-AUTH-09")
@pytest.mark.parametrize("body", BAD_BODIES, ids=range(len(BAD_BODIES)))
def test_a_wrong_body_is_refused_for_its_sender(body: bytes, anonymous: Client, api: Client) -> None:
    """401, not 400, whatever its media type."""
    for asker in (anonymous, api.with_token("no-such-token", "Bearer"), *strangers(api)):
        answers = [
            asker.post(PATH, content=body, headers={"Content-Type": kind})
            for kind in ("application/json", "text/plain", None)
        ]
        all_in(answers, (401, 413))  # HTTP may refuse a long body before anybody asks who sends it


@claim("AS-AUTH-10")
def test_a_revoked_token_is_refused(
    given: dict[str, Any], probed: list[Probe], api: Client, controls: Controls
) -> None:
    """By every operation, the second time too; another token goes on."""
    token = given["revocable_token"]
    revoked = api.with_token(token, "Bearer")
    if revoked.get(PATH).status != 200:
        not_verified("the token to be revoked lists no tracks before")

    controls.disable("token", token)

    for _ in range(2):
        everywhere(probed, revoked, 401)
    everywhere(probed, api.with_token(token, "bearer"), 401)
    nowhere(reading(probed), api, 401, 403)


def strangers(api: Client) -> list[Client]:
    """Clients with a good token in headers that are not good."""
    return [api.with_header(STRANGE[way](api.token)) for way in ("basic", "bare", "empty")]


def words(answer: Answer) -> list[Any]:
    """What a refusal says, without the path that was probed for."""
    place = answer.exchange.request.path.rpartition("/")[2]
    said = answer.has_status(401).object
    return [str(said.get(name)).replace(place, "ID") for name in ("message", "error")]


def challenged(answers: Iterable[Answer]) -> None:
    """Each 401 among the answers names the Bearer scheme."""
    refused = [answer for answer in answers if answer.status == 401]
    if not refused:
        not_verified("nothing is answered 401")
    silent = [
        answer for answer in refused if "bearer" not in schemes(answer.headers.get("www-authenticate", ""))
    ]
    if silent:
        raise Unmet("WWW-Authenticate with the Bearer scheme", ", ".join(map(told, silent[:8])))
