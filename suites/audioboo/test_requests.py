"""Requests (Request URLs, Request Parameter Encoding)."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuningfork import claim
from tuningfork.apis.audioboo.diffs import assert_unchanged
from tuningfork.apis.audioboo.error_assertions import assert_refused, assert_success
from tuningfork.apis.audioboo.factories import (
    AUDIO_PARAMETER,
    audio_file,
    create_clip,
    create_membership,
    create_playlist,
    follow,
    object_in_body,
    sample_audio,
    upload,
)
from tuningfork.apis.audioboo.lookup import (
    NONEXISTENT_IDS,
    expect_listed,
    fetch_account_or_skip,
    fetch_clip,
    find_unfollowed_clip,
    follow_unless_followed,
    owner_id,
)
from tuningfork.apis.audioboo.pagination import fetch_all_ids
from tuningfork.client.client import Client
from tuningfork.client.marks import MarkedProperty, UniqueName
from tuningfork.client.response import Response
from tuningfork.testing.concurrency import send_concurrently
from tuningfork.testing.expect import expect, expect_no, expect_not_in, expect_properties
from tuningfork.testing.listings import at_least_one, ids, wait_until_listed, wait_until_listed_or_skip
from tuningfork.testing.pagination import Listing
from tuningfork.testing.payloads import bracketed, multipart, wav_tone

from .support.chunked_upload import create_clip_from, fingerprint_of, start_upload
from .support.clip_updates import ROMNEY, UNUSUAL_TITLE, create_full_clip
from .support.parameter_encodings import (
    ENCODINGS,
    FORM,
    TITLE_OF_NEW_PLAYLIST,
    TextField,
    alternative_spellings,
    encode_parameters,
    title_of_clip,
    title_of_playlist,
)
from .support.playlists import fetch_memberships

OWN_CLIPS = "/account/audio_clips"
TITLES = (
    "Ünïcödé ångström ñ ß 東京 и עברית",
    "🎙️ 👩‍👩‍👧 𝄞",
    "a&b=c;d?e#f/g\\h",
    "1+1 = 2 %2B %26 100% %zz",
    "one\n\ttwo\n",
    "one\r\ntwo\rthree",
    "  spaces at  both ends  ",
    '[title] {title} <b>"it\'s"</b> &amp; &#39;',
    '--boundary\r\nContent-Disposition: form-data; name="audio_clip[title]"\r\n\r\nx',
    "\u00e9 and e\u0301",
    "null",
    "0071",
)
ANY_TITLE = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters="\t\r\n&+%;=#é"),
    min_size=1,
    max_size=40,
).filter(str.strip)
"""Texts that are not blank, without control characters except tabs and line ends."""


@claim("AB-REQ-01")
def test_followed_clips_are_those_of_followed_users(
    user: Client, other_user: Client, api: Client, unique_name: UniqueName
) -> None:
    """For the app and for both users; the follower's own clips are not in the list."""
    followed = create_clip(other_user, unique_name("followed"))
    own_clip = create_clip(user, unique_name("own"))
    follow(user, fetch_account_or_skip(other_user)["id"])
    profile = f"/users/{fetch_account_or_skip(user)['id']}"

    for client in (api, user, other_user):
        listed = wait_until_listed(client, f"{profile}/audio_clips/followed", followed["id"])
        followed_ids = ids(client.all_items(f"{profile}/followings"))

        expect_not_in(own_clip["id"], ids(listed), "followed clips", listed)
        other_owners = {owner_id(clip) for clip in listed} - {None, *followed_ids}
        expect_no(other_owners, "clips of users who are not followed", listed)


@claim("AB-REQ-01")
def test_clips_of_each_followed_user_are_listed(
    user: Client, other_user: Client, api: Client, unique_name: UniqueName
) -> None:
    user_id, other_id = (fetch_account_or_skip(client)["id"] for client in (user, other_user))
    last = find_unfollowed_clip(user, user_id, other_id)
    first = create_clip(other_user, unique_name("followed"))

    for followed_id in (other_id, owner_id(last)):
        follow(user, followed_id)

    for clip in (first, last):
        wait_until_listed(api, f"/users/{user_id}/audio_clips/followed", clip["id"])


@claim("AB-REQ-01", needs=("given:many_clips",))
def test_all_clips_of_a_followed_user_are_listed(
    user: Client, api: Client, test_data: Mapping[str, Any]
) -> None:
    """The user follows one with over 150 clips."""
    followed = test_data["many_clips"]
    paths = [f"/users/{followed}/audio_clips"]
    paths += [f"/users/{fetch_account_or_skip(user)['id']}/audio_clips/followed"]

    follow_unless_followed(user, followed)

    def expect_all_listed() -> None:
        own_ids, followed_ids = (fetch_all_ids(api, Listing(path)) for path in paths)
        expect(own_ids - followed_ids, set(), f"clips of {followed} that are not listed")

    user.eventually(expect_all_listed)


@claim("AB-REQ-02")
@pytest.mark.parametrize("fields", [{}, {"description": "About it.", "tag_list": "one, Two"}], ids=len)
@pytest.mark.parametrize(
    "client", ["user", pytest.param("other_user", marks=claim(needs=("user2",)))], indirect=True
)
def test_uploaded_clip_belongs_to_its_user(
    unauthenticated: Client, client: Client, unique_name: UniqueName, fields: dict[str, str]
) -> None:
    """The upload returns 201; the clip is in the user's lists, and public."""
    title = unique_name("clip")

    response = upload(client, {"title": title, **fields})

    clip = object_in_body(response.expect_created(), "audio_clip")
    user_id = fetch_account_or_skip(client)["id"]
    wait_until_listed(client, OWN_CLIPS, clip["id"])
    wait_until_listed(unauthenticated, f"/users/{user_id}/audio_clips", clip["id"])
    expect_properties(clip, title=title)
    expect_title(unauthenticated, f"/audio_clips/{clip['id']}", title)


@claim("AB-REQ-03")
def test_each_encoding_returns_the_same_success(
    user: Client, other_user: Client, unique_name: UniqueName
) -> None:
    """The same status, and bodies with the same properties; "" stands for a text that is new each time."""
    clip, playlist = create_clip(user, unique_name("clip")), create_playlist(user, unique_name("playlist"))
    membership = create_membership(user, playlist["id"], clip["id"])
    clip_path, playlist_path = f"/audio_clips/{clip['id']}", f"/playlists/{playlist['id']}"
    other_id = str(fetch_account_or_skip(other_user)["id"])
    follow(user, other_id)  # the first following may return 201, a later one 200

    for method, path, parameters in (
        ("PUT", f"{playlist_path}/memberships/{membership['id']}", {"playlist_membership[position]": "1"}),
        ("PUT", clip_path, {"audio_clip[title]": unique_name("x"), "audio_clip[description]": "y"}),
        ("POST", f"{clip_path}/comments", {"comment[body]": ""}),
        ("POST", "/playlists", {"playlist[title]": ""}),
        ("PUT", playlist_path, {"playlist[title]": unique_name("x")}),
        ("POST", "/account/followings", {"following_user_id": other_id}),
    ):
        texts = [{name: text or unique_name(way) for name, text in parameters.items()} for way in ENCODINGS]
        encoded = map(encode_parameters, ENCODINGS, texts)
        responses = [user.request(method, path, **arguments) for arguments in encoded]

        expect_same_success(responses)


@claim("AB-REQ-03")
def test_each_encoding_updates_the_same_fields_of_a_clip(user: Client, unique_name: UniqueName) -> None:
    """To the same values."""
    fields = {
        "title": unique_name("x"),
        "tag_list": "Three, four",
        "recorded_at": "2013-05-06 07:08:09 +0200",
    }
    updated = []

    for encoding in ENCODINGS:
        clip = create_full_clip(user, unique_name(encoding))
        form = encode_parameters(encoding, bracketed("audio_clip", {**fields, **ROMNEY}))
        assert_success(user.put(f"/audio_clips/{clip['id']}", **form))
        updated.append(fetch_clip(user, clip["id"]))

    for clip in at_least_one(updated[1:], "there is one encoding only"):
        assert_unchanged(updated[0], clip, but=("id", "uploaded_at", "duration"))


@claim("AB-REQ-03")
def test_each_encoding_writes_the_same_comment(user: Client, unique_name: UniqueName) -> None:
    text = unique_name("comment", f" {UNUSUAL_TITLE}")
    has_text: dict[str, bool] = {}

    for encoding in ENCODINGS:
        path = f"/audio_clips/{create_clip(user, unique_name(encoding))['id']}/comments"
        response = user.post(path, **encode_parameters(encoding, {"comment[body]": text}))
        comment = expect_listed(user, path, object_in_body(assert_success(response), "comment"))
        has_text[encoding] = text in comment.values()

    expect(has_text, dict.fromkeys(ENCODINGS, has_text["urlencoded"]), "encodings that keep a text")


@claim("AB-REQ-03")
def test_each_encoding_moves_a_membership(user: Client, unique_name: UniqueName) -> None:
    """The last of two to the first position."""
    playlist = create_playlist(user, unique_name("playlist"))["id"]
    is_moved: dict[str, bool] = {}
    for _ in range(2):
        create_membership(user, playlist, create_clip(user, unique_name("clip"))["id"])

    for encoding in ENCODINGS:
        last = fetch_memberships(user, playlist)[-1]["id"]
        form = encode_parameters(encoding, {"playlist_membership[position]": "1"})
        assert_success(user.put(f"/playlists/{playlist}/memberships/{last}", **form))
        is_moved[encoding] = fetch_memberships(user, playlist)[0]["id"] == last

    expect(is_moved, dict.fromkeys(ENCODINGS, is_moved["urlencoded"]), "encodings that move a membership")


@claim("AB-REQ-03")
def test_each_encoding_adds_a_clip_to_a_playlist(user: Client, unique_name: UniqueName) -> None:
    """Each to another playlist, since a playlist may refuse to contain a clip twice."""
    clip_id = str(create_clip(user, unique_name("clip"))["id"])
    responses = []

    for encoding in ENCODINGS:
        path = f"/playlists/{create_playlist(user, unique_name(encoding))['id']}/memberships"
        form = encode_parameters(encoding, {"playlist_membership[audio_clip_id]": clip_id})
        responses.append(user.post(path, **form))

    expect_same_success(responses)


@claim("AB-REQ-03")
def test_each_encoding_updates_the_same_profile_fields(user: Client, unique_name: UniqueName) -> None:
    names = ("profile_location", "profile_description")
    updated: dict[str, list[str]] = {}

    for encoding in ENCODINGS:
        text = unique_name(encoding)
        form = encode_parameters(encoding, {f"user[{name}]": text for name in names})
        assert_success(user.put("/account", **form))
        updated[encoding] = [name for name in names if fetch_account_or_skip(user).get(name) == text]

    for encoding in ENCODINGS:
        expect(updated[encoding], updated["query"], f"fields updated by {encoding}")


@claim("AB-REQ-03")
def test_each_encoding_returns_the_same_error(user: Client, unique_name: UniqueName) -> None:
    """Without a required parameter, with an id that does not exist, and with a text that is too long."""
    clip_path = f"/audio_clips/{create_clip(user, unique_name('clip'))['id']}"
    playlist_path = f"/playlists/{create_playlist(user, unique_name('playlist'))['id']}"

    for method, path, parameters in (
        ("POST", f"{clip_path}/comments", {"other": "x"}),
        ("POST", "/playlists", {"title": "x"}),
        ("POST", f"{playlist_path}/memberships", {"playlist_membership[audio_clip_id]": NONEXISTENT_IDS[0]}),
        ("POST", "/account/followings", {"user": "1"}),
        ("PUT", "/account", {"user[profile_description]": "x" * 256}),
    ):
        responses = [user.request(method, path, **encode_parameters(way, parameters)) for way in ENCODINGS]

        for response in responses:
            response.expect_client_error()
            expect(response.status, responses[0].status, "status", response)


@claim("AB-REQ-03", "AB-REQ-07")
@pytest.mark.parametrize("encoding", ["query", "urlencoded"])
@pytest.mark.parametrize("text", ["a b+c é", "1 & 2;3"])
def test_equivalent_spellings_have_the_same_effect(
    user: Client, unique_name: UniqueName, encoding: str, text: str
) -> None:
    """A space as `+` and as `%20`, hex digits in either case, encoded brackets, and other parameters."""
    path = f"/audio_clips/{create_clip(user, unique_name('clip'))['id']}"
    title = unique_name("title", f" {text}")

    for written in alternative_spellings("audio_clip[title]", title):
        assert_success(user.put(path, form={"audio_clip[title]": "before"}))
        if encoding == "query":
            response = user.put(f"{path}?{written}")
        else:
            media_type = {"Content-Type": f"{FORM}; charset=utf-8"}
            response = user.put(path, content=written.encode(), headers=media_type)

        assert_success(response)
        expect_title(user, path, title)


@claim("AB-REQ-03", "AB-REQ-07")
def test_text_part_with_a_media_type_has_the_same_effect(user: Client, unique_name: UniqueName) -> None:
    """Some clients name the charset of each part of a multipart body."""
    path = f"/audio_clips/{create_clip(user, unique_name('clip'))['id']}"
    title = unique_name("title", " é 日本 & +")

    part = (None, title, "text/plain; charset=utf-8")
    response = user.put(path, **multipart({"audio_clip[title]": part}))

    assert_success(response)
    expect_title(user, path, title)


@claim("AB-REQ-04")
@pytest.mark.parametrize(
    "name", ["recording.wav", "Aufnahme für später.wav", 'a "quoted" name.wav', "x.y.wav"]
)
@pytest.mark.parametrize("media_type", ["audio/wav", "audio/x-wav"])
def test_multipart_upload_accepts_any_file_name(
    user: Client, unique_name: UniqueName, name: str, media_type: str
) -> None:
    title = unique_name("clip")
    file = (name, sample_audio(), media_type)

    response = user.post(OWN_CLIPS, form={"audio_clip[title]": title}, files={AUDIO_PARAMETER: file})

    expect_properties(object_in_body(response.expect_created(), "audio_clip"), title=title)


@claim("AB-REQ-04")
def test_multipart_upload_accepts_any_order_of_parts(user: Client, unique_name: UniqueName) -> None:
    title = unique_name("clip")
    texts = {"audio_clip[title]": title, "audio_clip[description]": "About it."}

    for parts in permutations({**texts, AUDIO_PARAMETER: audio_file()}.items()):
        response = user.post(OWN_CLIPS, **multipart(dict(parts)))

        expect_properties(object_in_body(response.expect_created(), "audio_clip"), title=title)


@claim("AB-REQ-04")
def test_multipart_upload_accepts_a_large_file(user: Client, unique_name: UniqueName) -> None:
    """More than a MiB: multipart/form-data is the encoding of large fields."""
    title, audio = unique_name("large"), wav_tone(7, 44100, channels=2)

    response = upload(user, {"title": title}, audio)

    expect_properties(object_in_body(response.expect_created(), "audio_clip"), title=title)


def ascii_audio() -> bytes:
    """Return a WAVE file of ASCII bytes; how other bytes in a form are signed is not specified."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((1, 1, 8000, 0, "NONE", "not compressed"))
        out.writeframes(bytes(range(128)) * 30)
    return file.getvalue()


@claim("AB-REQ-04")
@pytest.mark.parametrize(
    "audio",
    [ascii_audio(), ascii_audio()[:40], sample_audio(), b"sound"],
    ids=["all", "start", "bytes", "text"],
)
def test_urlencoded_upload_returns_4xx(user: Client, unique_name: UniqueName, audio: bytes) -> None:
    """With both error headers, and no clip is created."""
    before = ids(user.all_items(OWN_CLIPS))

    response = user.post(OWN_CLIPS, form={"audio_clip[title]": unique_name("clip"), AUDIO_PARAMETER: audio})

    assert_refused(response)
    expect_no_new_clip(user, before, unique_name("later"))


@claim("AB-REQ-05")
def test_upload_without_required_parameter_returns_4xx(user: Client, unique_name: UniqueName) -> None:
    """Without title or audio, or with them under other names, nothing is created."""
    title, audio = unique_name("clip"), audio_file()
    before = ids(user.all_items(OWN_CLIPS))

    for parameters in (
        {AUDIO_PARAMETER: audio},
        {"audio_clip[description]": title, AUDIO_PARAMETER: audio},
        {"title": title, AUDIO_PARAMETER: audio},
        {"clip[title]": title, AUDIO_PARAMETER: audio},
        {"audio_clip[title]": title},
        {"audio_clip[title]": title, "uploaded_data": audio},
        {"audio_clip[title]": title, "audio_clip[uploaded_image]": audio},
        {},
    ):
        assert_refused(user.post(OWN_CLIPS, **multipart(parameters)))

    expect_no_new_clip(user, before, unique_name("later"))


@claim("AB-REQ-05")
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_upload_without_audio_returns_4xx(user: Client, unique_name: UniqueName, encoding: str) -> None:
    """Nothing is created."""
    before = ids(user.all_items(OWN_CLIPS))

    response = user.post(OWN_CLIPS, **encode_parameters(encoding, {"audio_clip[title]": unique_name("clip")}))

    assert_refused(response)
    expect_no_new_clip(user, before, unique_name("later"))


@claim("AB-REQ-05")
def test_attachment_without_a_title_returns_4xx(user: Client, unique_name: UniqueName) -> None:
    """Nothing is created from a file that was sent in chunks."""
    attachment, _ = start_upload(user, sample_audio(), len(sample_audio()))
    before = ids(user.all_items(OWN_CLIPS))

    response = create_clip_from(user, None, attachment, fingerprint_of(sample_audio()))

    assert_refused(response)
    expect_no_new_clip(user, before, unique_name("later"))


@claim("AB-REQ-06")
def test_repeated_uuid_creates_one_clip(user: Client, unique_name: UniqueName) -> None:
    """Even with another title; another uuid creates another clip."""
    title, uuid = unique_name("clip"), make_uuid(unique_name("clip")).upper()
    first = object_in_body(upload(user, {"title": title, "uuid": uuid}).expect_created(), "audio_clip")

    for _ in range(3):
        repeated = upload(user, {"title": title, "uuid": uuid}).expect_status(200, 201, 409)
        if repeated.status != 409:
            expect_properties(object_in_body(repeated, "audio_clip"), id=first["id"])
    expect(count_titled(user, title, first["id"]), 1, "clips with this title")
    upload(user, {"title": f"{title} again", "uuid": uuid}).expect_status(200, 201, 409)
    clip_count = sum(count_titled(user, text, first["id"]) for text in (title, f"{title} again"))
    expect(clip_count, 1, "clips with one of two titles")

    other = upload(user, {"title": title, "uuid": make_uuid(unique_name("other"))}).expect_created()
    upload(user, {"title": title, "uuid": uuid}).expect_status(200, 201, 409)
    clip_count = count_titled(user, title, object_in_body(other, "audio_clip")["id"])
    expect(clip_count, 2, "clips of two uuids")


@claim("AB-REQ-06")
def test_uuid_of_an_upload_creates_no_clip_from_an_attachment(user: Client, unique_name: UniqueName) -> None:
    title, uuid = unique_name("clip"), make_uuid(unique_name("clip"))
    first = object_in_body(upload(user, {"title": title, "uuid": uuid}).expect_created(), "audio_clip")
    attachment, _ = start_upload(user, sample_audio(), len(sample_audio()))

    response = create_clip_from(user, title, attachment, fingerprint_of(sample_audio()), uuid=uuid)

    response.expect_status(200, 201, 409)
    expect(count_titled(user, title, first["id"]), 1, "clips with this title")


@claim("AB-REQ-06")
@pytest.mark.live("concurrent uploads")
def test_concurrent_uploads_with_one_uuid_create_one_clip(user: Client, unique_name: UniqueName) -> None:
    title, uuid = unique_name("clip"), make_uuid(unique_name("clip"))

    responses = send_concurrently(user, 6, lambda client: upload(client, {"title": title, "uuid": uuid}))

    created = [one for one in responses if one.expect_status(200, 201, 409).status == 201]
    clip_ids = {object_in_body(response, "audio_clip")["id"] for response in created}
    expect(len(clip_ids), 1, "number of created clips", responses[0])
    expect(count_titled(user, title, clip_ids.pop()), 1, "clips with this title")


@claim("AB-REQ-07")
@pytest.mark.parametrize("title", TITLES, ids=ascii)
def test_updated_title_is_returned_unchanged(
    user: Client, unique_name: UniqueName, marked_property: MarkedProperty, title: str
) -> None:
    """In each encoding: of an updated clip, an updated playlist and a new playlist."""
    clip = title_of_clip(create_clip(user, unique_name("clip"), **marked_property("description"))["id"])
    playlist = title_of_playlist(create_playlist(user, unique_name("playlist"))["id"])

    for number, encoding in enumerate(ENCODINGS):
        for field in (clip, (TITLE_OF_NEW_PLAYLIST, playlist)[number % 2]):
            text = mark_with_encoding(title, encoding)
            response = field.write(user, encoding, text)
            field.expect_written(user, response, text)


@claim("AB-REQ-07")
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("length", [256, 1025])
def test_long_title_is_unchanged_or_returns_4xx(
    user: Client, unique_name: UniqueName, encoding: str, length: int
) -> None:
    """The maximum length is not specified."""
    field = title_of_clip(create_clip(user, unique_name("clip"))["id"])
    title = unique_name("long").ljust(length, "x")

    response = field.write(user, encoding, title)

    if response.status < 400:
        field.expect_written(user, response, title)
    else:
        response.expect_client_error()


@claim("AB-REQ-07")
@pytest.mark.parametrize("title", TITLES, ids=ascii)
def test_title_of_an_upload_is_returned_unchanged(
    user: Client, marked_property: MarkedProperty, title: str
) -> None:
    """In the response, in the clip and in the list."""
    fields = {"title": title, **marked_property("description")}

    clip = object_in_body(upload(user, fields).expect_created(), "audio_clip")

    expect_properties(clip, title=title)
    expect_title(user, f"/audio_clips/{clip['id']}", title)
    listed = {item["id"]: item for item in wait_until_listed(user, OWN_CLIPS, clip["id"])}
    expect_properties(listed[clip["id"]], title=title)


@claim("AB-REQ-03", "AB-REQ-07")
@given(data=st.data())
def test_random_title_is_the_same_in_each_encoding(
    user: Client, title_fields: list[TextField], data: st.DataObject
) -> None:
    title = data.draw(ANY_TITLE)
    field = data.draw(st.sampled_from(title_fields))

    for encoding in ENCODINGS:
        text = mark_with_encoding(title, encoding)
        response = field.write(user, encoding, text)
        field.expect_written(user, response, text)


@pytest.fixture
def title_fields(user: Client, unique_name: UniqueName) -> list[TextField]:
    """The titles of a clip and of a playlist."""
    clip, playlist = create_clip(user, unique_name("clip")), create_playlist(user, unique_name("playlist"))
    return [title_of_clip(clip["id"]), title_of_playlist(playlist["id"])]


def make_uuid(name: str) -> str:
    """Return the UUID of a name (RFC 9562 5.5), so that a replay sends the same one."""
    return str(uuid5(NAMESPACE_URL, name))


def mark_with_encoding(title: str, encoding: str) -> str:
    """Return the title with a letter or digit for the encoding in its middle, so that each text differs."""
    middle = len(title) // 2
    mark = str(ENCODINGS.index(encoding)) if title.isdigit() else encoding[0]
    return f"{title[:middle]}{mark}{title[middle:]}"


def count_titled(client: Client, title: str, clip_id: Any) -> int:
    """Return how many of the user's clips have this title, once the clip with this id is listed."""
    return sum(clip["title"] == title for clip in wait_until_listed(client, OWN_CLIPS, clip_id))


def expect_title(client: Client, path: str, title: str) -> None:
    """Raise ExpectationFailed unless the clip at `path` has this title."""
    expect_properties(object_in_body(client.get(path).expect_ok(), "audio_clip"), title=title)


def expect_same_success(responses: Sequence[Response]) -> None:
    """Raise ExpectationFailed unless all responses are a 2xx of one status and one set of properties."""
    for response in responses:
        assert_success(response)
        expect(response.status, responses[0].status, "status", response)
        expect(property_names(response), property_names(responses[0]), "properties", response)


def property_names(response: Response) -> Any:
    """Return the names of the properties of a response's body, and of the objects in it."""
    body = response.object["body"]
    if not isinstance(body, dict):
        return type(body)
    return {name: sorted(value) if isinstance(value, dict) else type(value) for name, value in body.items()}


def expect_no_new_clip(client: Client, before: Iterable[Any], title: str) -> None:
    """Create another clip, and raise ExpectationFailed if the list has a third one that is new."""
    later = create_clip(client, title)["id"]
    listed = wait_until_listed_or_skip(client, OWN_CLIPS, later)
    expect_no(set(ids(listed)) - {*before, later}, "new clips", listed)
