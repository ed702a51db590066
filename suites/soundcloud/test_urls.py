"""SoundCloud URLs (https://developers.soundcloud.com/docs/api/guide#soundcloud-urls)."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from urllib.parse import urljoin, urlsplit

import pytest

from tuningfork import claim
from tuningfork.apis.soundcloud.factories import create_playlist, create_track
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.json_text import to_json
from tuningfork.testing.expect import expect, expect_no, expect_properties, expect_true
from tuningfork.testing.listings import at_least_one, json_objects

UniqueName = Callable[[str], str]
LIST_PATHS = ("/tracks", "/playlists", "/users")
UNKNOWN_URLS = (
    "{url}-unknown-{word}",
    "{url}/unknown/{word}",
    "{site}/{word}",
    "{site}/{word}/{word}",
    "{site}/{word}/{end}",
)
FOREIGN_URLS = (
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
def local_listener() -> Iterator[socket.socket]:
    """A port of this machine that no client should connect to."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@claim("SC-URL-01")
@pytest.mark.parametrize("path", LIST_PATHS)
def test_permalink_resolves_to_its_resource(api: Client, path: str) -> None:
    """Of the first and the last listed ones; one of them may have just been deleted."""

    def expect_resolved() -> None:
        items = fetch_items(api, path)
        for item in at_least_one((*items[:3], *items[-3:]), f"{path} is empty"):
            response = api.get("/resolve", url=item["permalink_url"]).expect_status(200, 302)
            assert_resource(api, response, f"{path}/{item['id']}")

    api.eventually(expect_resolved)


@claim("SC-URL-01", needs=("user", "write"))
def test_permalink_of_a_new_resource_resolves_to_it(
    user: Client, api: Client, unique_name: UniqueName
) -> None:
    """Of a track with a new title, and of a playlist."""
    track_id = create_track(user, unique_name("track"))["id"]
    user.put(f"/tracks/{track_id}", json={"track": {"title": unique_name("new")}}).expect_ok()
    playlist_id = create_playlist(user, [track_id], unique_name("set"), sharing="public")["id"]

    def expect_resolved() -> None:
        for path in (f"/tracks/{track_id}", f"/playlists/{playlist_id}"):
            url = api.get(path).expect_ok().object["permalink_url"]
            assert_resource(api, api.get("/resolve", url=url).expect_status(200, 302), path)

    api.eventually(expect_resolved)


@claim("SC-URL-02")
@pytest.mark.parametrize("path", LIST_PATHS)
@pytest.mark.parametrize("template", UNKNOWN_URLS)
def test_unknown_permalink_returns_404(
    api: Client, unique_name: UniqueName, path: str, template: str
) -> None:
    """Similar to an existing one, or of a user who does not exist."""
    permalink = str(fetch_items(api, path)[0]["permalink_url"])
    site, end = "{0.scheme}://{0.netloc}".format(urlsplit(permalink)), permalink.rpartition("/")[2]
    word = unique_name("w").replace(" ", "")

    response = api.get("/resolve", url=template.format(url=permalink, site=site, word=word, end=end))

    response.expect_status(404)


@claim("SC-URL-02", needs=("user", "write"))
@pytest.mark.parametrize("kind", ["tracks", "playlists"])
def test_permalink_of_a_deleted_resource_returns_404(
    user: Client, api: Client, unique_name: UniqueName, kind: str
) -> None:
    """It was resolved before."""
    title = unique_name("deleted")
    created = create_track(user, title) if kind == "tracks" else create_playlist(user, [], title)
    path = f"/{kind}/{created['id']}"
    url = user.get(path).expect_ok().object["permalink_url"]
    api.get("/resolve", url=url)

    user.delete(path).expect_ok()

    api.eventually(lambda: api.get("/resolve", url=url).expect_status(404))


@claim("SC-URL-03")
@pytest.mark.parametrize("template", FOREIGN_URLS)
@pytest.mark.parametrize("path", LIST_PATHS)
def test_url_of_another_host_is_refused_without_redirect(api: Client, template: str, path: str) -> None:
    """Also with the path of an existing permalink."""
    permalink = urlsplit(str(fetch_items(api, path)[0]["permalink_url"]))

    response = api.get("/resolve", url=template.format(host=permalink.netloc, path=permalink.path))

    response.expect_status(400, 404, 422)
    expect(response.headers.get("location"), None, "Location", response)


@claim("SC-URL-03")
@pytest.mark.live("the port of the listener differs in each run")
@pytest.mark.parametrize(
    "template", ["http://{address}/", "http://{address}{path}", "//{address}{path}", "{address}"]
)
def test_url_of_another_host_is_not_requested(
    api: Client, local_listener: socket.socket, template: str
) -> None:
    path = urlsplit(str(fetch_items(api, "/tracks")[0]["permalink_url"])).path
    address = "{}:{}".format(*local_listener.getsockname())

    response = api.get("/resolve", url=template.format(address=address, path=path))

    response.expect_status(400, 404, 422)
    expect_true(not has_connection(local_listener), f"no request to {address}", "a request", response)


@claim("SC-URL-04")
@pytest.mark.parametrize("query", [{}, {"url": ""}, {"link": "https://soundcloud.com/"}], ids=str)
def test_missing_or_empty_url_returns_400_404_or_422(api: Client, query: dict[str, str]) -> None:
    api.get("/resolve", params=query).expect_status(400, 404, 422)


def has_connection(listener: socket.socket) -> bool:
    """Return whether a client has connected to a listener."""
    try:
        listener.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def fetch_items(api: Client, path: str) -> list[JsonObject]:
    """Return listed items with a permalink_url; without any the test is not verified."""
    items = json_objects(api.get(path, limit=50).expect_ok().items)
    with_permalink = [item for item in items if item.get("permalink_url")]
    return at_least_one(with_permalink, f"{path} lists no item with a permalink_url")


def assert_resource(api: Client, response: Response, path: str) -> None:
    """Raise ExpectationFailed unless a response, or its redirect, is the resource with all properties."""
    expected = api.get(path).expect_ok().object
    found = response.object if response.status == 200 else follow_redirect(api, response)
    expect_properties(found, id=expected["id"], kind=expected.get("kind"))
    missing = {name for name, value in expected.items() if value is not None} - set(found)
    expect_no(missing, "missing properties", found)


def follow_redirect(api: Client, response: Response) -> JsonObject:
    """Return the target of a redirect; raise ExpectationFailed unless its body names the same location."""
    url, body = response.exchange.request.url, response.object
    location = urljoin(url, response.headers.get("location", ""))
    is_same = urlsplit(urljoin(url, str(body["location"]))).path == urlsplit(location).path
    is_expected = is_same and str(body["status"]).startswith("302")
    expect_true(
        is_expected, f"a body with status 302 and location {to_json(location)}", response.text, response
    )
    return api.get(location).expect_ok().object
