"""SoundCloud URLs (https://developers.soundcloud.com/docs/api/guide#soundcloud-urls)."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from urllib.parse import urljoin, urlsplit

import pytest

from tuningfork import ExpectationFailed, claim, not_verified
from tuningfork.apis.soundcloud.factories import create_playlist, create_track
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.testing.listings import json_objects

KINDS = ("/tracks", "/playlists", "/users")
NOWHERE = (
    "{url}-nowhere-{word}",
    "{url}/nowhere/{word}",
    "{root}/{word}",
    "{root}/{word}/{word}",
    "{root}/{word}/{end}",
)
FOREIGN = (
    "https://example.com/",
    "https://example.com{path}",
    "http://example.com:8080{path}",
    "https://{host}.example.com{path}",
    "https://example.com/{host}{path}",
    "https://example{host}{path}",
    "https://{host}@example.com{path}",
    "https://example.com#@{host}{path}",
    "https://example.com?{host}{path}",
    "//example.com{path}",
    "ftp://example.com{path}",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "http://127.0.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]{path}",
    "no URL at all",
)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A port of this machine at which nobody should call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@claim("SC-URL-01")
@pytest.mark.parametrize("path", KINDS)
def test_a_permalink_leads_to_its_resource(api: Client, path: str) -> None:
    """To the full representation, of the first listed ones and of the last ones."""

    def judge() -> None:
        listed = _listed(api, path)
        for item in (*listed[:3], *listed[-3:]):
            _leads_to(api, item)

    api.eventually(judge)  # one that is listed may have just been deleted


@claim("SC-URL-01", needs=("user", "write"))
def test_a_new_permalink_leads_to_its_resource(
    user: Client, api: Client, unique_name: Callable[[str], str]
) -> None:
    """Those of a track and of a playlist that have just been made."""
    track = create_track(user, unique_name("song"))

    for made in (track, create_playlist(user, [track["id"]], unique_name("set"), sharing="public")):
        api.eventually(lambda made=made: _leads_to(api, made))  # type: ignore[misc]  # bound early


@claim("SC-URL-01", needs=("user", "write"))
def test_a_changed_permalink_leads_to_its_resource(
    user: Client, api: Client, unique_name: Callable[[str], str]
) -> None:
    """A track that has another title is found by the permalink_url that it has now."""
    track = create_track(user, unique_name("song"))
    user.put(f"/tracks/{track['id']}", json={"track": {"title": unique_name("another song")}}).expect_ok()

    api.eventually(lambda: _leads_to(api, api.get(f"/tracks/{track['id']}").expect_ok().object))


@claim("SC-URL-02")
@pytest.mark.parametrize("path", KINDS)
@pytest.mark.parametrize("wrong", NOWHERE)
def test_a_permalink_that_leads_nowhere_is_not_found(
    api: Client, unique_name: Callable[[str], str], path: str, wrong: str
) -> None:
    """One that is almost right, and one of a user whom nobody knows, though another has such a thing."""
    permalink = str(_listed(api, path)[0]["permalink_url"])
    root, end = "{0.scheme}://{0.netloc}".format(urlsplit(permalink)), permalink.rpartition("/")[2]
    word = unique_name("w").replace(" ", "")

    answer = api.get("/resolve", url=wrong.format(url=permalink, root=root, word=word, end=end))

    answer.expect_status(404)


@claim("SC-URL-03")
@pytest.mark.parametrize("foreign", FOREIGN)
@pytest.mark.parametrize("path", KINDS)
def test_a_url_of_another_host_is_refused(api: Client, foreign: str, path: str) -> None:
    """Even where the rest of it is right: 400, 404 or 422, and no redirect."""
    permalink = urlsplit(str(_listed(api, path)[0]["permalink_url"]))

    answer = api.get("/resolve", url=foreign.format(host=permalink.netloc, path=permalink.path))

    answer.expect_status(400, 404, 422)
    assert "location" not in answer.headers, f"expected no Location, found {answer.headers['location']}"


@claim("SC-URL-03")
@pytest.mark.live("the port that listens is another one each time")
@pytest.mark.parametrize(
    "url", ["http://{address}/", "http://{address}{path}", "//{address}{path}", "{address}"]
)
def test_another_host_is_never_called(api: Client, listener: socket.socket, url: str) -> None:
    """A port of this machine, offered as the URL's host, stays uncalled."""
    path = urlsplit(str(_listed(api, "/tracks")[0]["permalink_url"])).path
    address = "{}:{}".format(*listener.getsockname())

    answer = api.get("/resolve", url=url.format(address=address, path=path))

    answer.expect_status(400, 404, 422)
    assert not _was_called(listener), f"expected no request to {address}, found one"


@claim("SC-URL-04")
@pytest.mark.parametrize("query", [{}, {"url": ""}, {"link": "https://soundcloud.com/"}], ids=str)
def test_resolve_needs_a_url(api: Client, query: dict[str, str]) -> None:
    """Without it, or with an empty one: 400, 404 or 422."""
    api.get("/resolve", params=query).expect_status(400, 404, 422)


def _listed(api: Client, path: str) -> list[JsonObject]:
    listed = [
        item for item in json_objects(api.get(path, limit=50).expect_ok().items) if item.get("permalink_url")
    ]
    if not listed:
        not_verified(f"{path} lists nothing with a permalink_url")
    return listed


def _leads_to(api: Client, item: JsonObject) -> None:
    """Resolving its permalink ends at the very resource, with all that its own address tells of it."""
    kind = urlsplit(str(item["uri"])).path.split("/")[-2]
    whole = api.get(f"/{kind}/{item['id']}").expect_ok().object

    found = _followed(api, api.get("/resolve", url=item["permalink_url"]).expect_status(200, 302)).object

    if found["id"] != item["id"] or found.get("kind") != whole.get("kind"):
        raise ExpectationFailed(
            f"{kind} {item['id']}", f"{found.get('kind')} {found['id']} for {item['permalink_url']}"
        )
    if missing := {name for name, value in whole.items() if value is not None} - set(found):
        raise ExpectationFailed("the full representation", f"one without {', '.join(sorted(missing))}")


def _followed(api: Client, answer: Response) -> Response:
    """What a redirect leads to; its body names the same place as its header."""
    if answer.status == 200:
        return answer
    asked = answer.exchange.request.url
    location = urljoin(asked, answer.headers.get("location", ""))
    told = urlsplit(urljoin(asked, str(answer.object["location"])))
    if not str(answer.object["status"]).startswith("302") or told.path != urlsplit(location).path:
        raise ExpectationFailed(f"a body with status 302 and location {location!r}", answer.text)
    return api.get(location).expect_ok()


def _was_called(listener: socket.socket) -> bool:
    try:
        listener.accept()[0].close()
    except BlockingIOError:
        return False
    return True
