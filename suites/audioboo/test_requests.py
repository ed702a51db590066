"""Requests (Request URLs, Request Parameter Encoding)."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable, Iterable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuningfork import ExpectationFailed, claim
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
    fetch_account_or_skip,
    find_unfollowed_clip,
    owner_id,
)
from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.testing.concurrency import send_concurrently
from tuningfork.testing.expect import expect
from tuningfork.testing.listings import ids, wait_until_listed, wait_until_listed_or_skip
from tuningfork.testing.payloads import bracketed, multipart

from .support.parameter_encodings import (
    ENCODINGS,
    FORM,
    TITLE_OF_NEW_PLAYLIST,
    Place,
    alternative_spellings,
    encoded,
    title_of_clip,
    title_of_playlist,
)

Fresh = Callable[[str], str]
MINE = "/account/audio_clips"
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
"""Whatever is not blank; control characters but tabs and line ends are no part of a title."""


@claim("AB-REQ-01")
def test_the_clips_of_those_whom_a_user_follows(
    user: Client, other_user: Client, api: Client, unique_name: Fresh
) -> None:
    """Whoever asks gets 200, with the clips of the followed and of nobody else."""
    followed, own = create_clip(other_user, unique_name("followed")), create_clip(user, unique_name("own"))
    follow(user, fetch_account_or_skip(other_user)["id"])
    path = f"/users/{fetch_account_or_skip(user)['id']}/audio_clips/followed"

    for client in (api, user, other_user):
        there = wait_until_listed(client, path, followed["id"])
        assert own["id"] not in ids(there), f"expected no clip of one's own, found {own['id']}"
        followings = ids(client.all_items(f"/users/{fetch_account_or_skip(user)['id']}/followings"))
        strangers = [clip["id"] for clip in there if owner_id(clip) not in (None, *followings)]
        assert not strangers, f"expected clips of the followed only, found {strangers}"


@claim("AB-REQ-01")
def test_the_clips_of_everyone_whom_a_user_follows(
    user: Client, other_user: Client, api: Client, unique_name: Fresh
) -> None:
    """Of the one who was followed first and of the one who was followed last."""
    known = [fetch_account_or_skip(client)["id"] for client in (user, other_user)]
    last = find_unfollowed_clip(user, *known)
    first = create_clip(other_user, unique_name("followed"))
    follow(user, known[1])
    follow(user, owner_id(last))

    for clip in (first, last):
        wait_until_listed(api, f"/users/{known[0]}/audio_clips/followed", clip["id"])


def is_uploaded_for_its_user(client: Client, anybody: Client, title: str, **fields: str) -> None:
    """Raise where an upload is not 201, not the user's own, or not there for anybody."""
    clip = object_in_body(upload(client, {"title": title, **fields}).expect_created(), "audio_clip")

    wait_until_listed(client, MINE, clip["id"])
    wait_until_listed(anybody, f"/users/{fetch_account_or_skip(client)['id']}/audio_clips", clip["id"])
    again = object_in_body(anybody.get(f"/audio_clips/{clip['id']}").expect_ok(), "audio_clip")
    titles = clip["title"], again["title"]
    assert titles == (title, title), f"expected {title!r} twice, found {titles}"


@claim("AB-REQ-02")
def test_an_upload_is_a_clip_of_the_linked_user(
    user: Client, unauthenticated: Client, unique_name: Fresh
) -> None:
    """201, each time; it is there for everybody, and the user's own."""
    is_uploaded_for_its_user(user, unauthenticated, unique_name("clip"))
    is_uploaded_for_its_user(
        user, unauthenticated, unique_name("clip"), description="Said.", tag_list="one, Two"
    )


@claim("AB-REQ-02")
def test_an_upload_of_another_user_is_theirs(other_user: Client, user: Client, unique_name: Fresh) -> None:
    """Whoever is linked."""
    is_uploaded_for_its_user(other_user, user, unique_name("clip"))


@claim("AB-REQ-03")
def test_the_same_parameters_give_the_same_result(
    user: Client, other_user: Client, unique_name: Fresh
) -> None:
    """On each operation that takes parameters: the same status, and an answer with the same members."""
    clip, playlist = (
        create_clip(user, unique_name("clip"))["id"],
        create_playlist(user, unique_name("playlist"))["id"],
    )
    membership = f"/playlists/{playlist}/memberships/{create_membership(user, playlist, clip)['id']}"
    requests: list[tuple[str, str, dict[str, str]]] = [
        ("PUT", membership, {"playlist_membership[position]": "1"}),
        (
            "PUT",
            f"/audio_clips/{clip}",
            {"audio_clip[title]": unique_name("x"), "audio_clip[description]": "y"},
        ),
        ("POST", f"/audio_clips/{clip}/comments", {"comment[body]": "x"}),
        ("POST", "/playlists", {"playlist[title]": unique_name("x")}),
        ("PUT", f"/playlists/{playlist}", {"playlist[title]": unique_name("x")}),
        ("POST", "/account/followings", {"following_user_id": str(fetch_account_or_skip(other_user)["id"])}),
    ]
    follow(user, fetch_account_or_skip(other_user)["id"])  # the first time may be 201, where another is 200

    for method, path, parameters in requests:
        answers = [user.request(method, path, **encoded(way, parameters)) for way in ENCODINGS]
        _are_alike([assert_success(answer) for answer in answers], _members)


@claim("AB-REQ-03")
def test_a_clip_is_put_into_a_playlist_alike(user: Client, unique_name: Fresh) -> None:
    """Into one playlist for each encoding, since nobody says that a clip may be in one twice."""
    name, clip = "playlist_membership[audio_clip_id]", str(create_clip(user, unique_name("clip"))["id"])
    playlists = [f"/playlists/{create_playlist(user, unique_name(way))['id']}" for way in ENCODINGS]

    answers = [
        user.post(f"{playlist}/memberships", **encoded(way, {name: clip}))
        for playlist, way in zip(playlists, ENCODINGS, strict=True)
    ]

    _are_alike([assert_success(answer) for answer in answers], _members)


@claim("AB-REQ-03")
def test_a_profile_is_written_alike(user: Client, unique_name: Fresh) -> None:
    """What is changed by one encoding is changed by each."""
    fields = ("profile_location", "profile_description")
    changed: dict[str, list[str]] = {}

    for way in ENCODINGS:
        text = unique_name(way)
        assert_success(user.put("/account", **encoded(way, {f"user[{name}]": text for name in fields})))
        changed[way] = [name for name in fields if fetch_account_or_skip(user).get(name) == text]

    if any(found != changed[ENCODINGS[0]] for found in changed.values()):
        raise ExpectationFailed("the same fields changed by each encoding", str(changed))


@claim("AB-REQ-03")
def test_the_same_parameters_are_refused_alike(user: Client, unique_name: Fresh) -> None:
    """What lacks its parameter or names what nobody has is refused in each encoding with one status."""
    clip, playlist = (
        create_clip(user, unique_name("clip"))["id"],
        create_playlist(user, unique_name("playlist"))["id"],
    )
    nobody = {"playlist_membership[audio_clip_id]": NONEXISTENT_IDS[0]}
    requests: list[tuple[str, str, dict[str, str]]] = [
        ("POST", f"/audio_clips/{clip}/comments", {"other": "x"}),
        ("POST", "/playlists", {"title": "x"}),
        ("POST", f"/playlists/{playlist}/memberships", nobody),
        ("POST", "/account/followings", {"user": "1"}),
        ("PUT", "/account", {"user[profile_description]": "x" * 256}),
    ]

    for method, path, parameters in requests:
        answers = [user.request(method, path, **encoded(way, parameters)) for way in ENCODINGS]
        _are_alike([answer.expect_client_error() for answer in answers], lambda _: None)


@claim("AB-REQ-03", "AB-REQ-07")
@pytest.mark.parametrize("encoding", ENCODINGS[:2])
@pytest.mark.parametrize("text", ["a b+c é", "1 & 2;3"])
def test_a_parameter_may_be_spelled_in_several_ways(
    user: Client, unique_name: Fresh, encoding: str, text: str
) -> None:
    """A space as `+` and as `%20`, hex digits in either case, brackets too, among other parameters."""
    path = f"/audio_clips/{create_clip(user, unique_name('clip'))['id']}"
    title = f"{unique_name('title')} {text}"

    for written in alternative_spellings("audio_clip[title]", title):
        assert_success(user.put(path, form={"audio_clip[title]": "before"}))
        if encoding == "query":
            assert_success(user.put(f"{path}?{written}"))
        else:
            assert_success(
                user.put(path, content=written.encode(), headers={"Content-Type": f"{FORM}; charset=utf-8"})
            )
        _has_title(user, path, title, written)


@claim("AB-REQ-04")
@pytest.mark.parametrize(
    "name", ["recording.wav", "Aufnahme für später.wav", 'a "quoted" name.wav', "x.y.wav"]
)
@pytest.mark.parametrize("kind", ["audio/wav", "audio/x-wav"])
def test_audio_is_taken_as_multipart(user: Client, unique_name: Fresh, name: str, kind: str) -> None:
    """Whatever its file is called."""
    form = bracketed("audio_clip", {"title": unique_name("clip")})

    answer = user.post(
        MINE, form=form, files={AUDIO_PARAMETER: (name, sample_audio(), kind)}
    ).expect_created()

    expect(object_in_body(answer, "audio_clip")["title"], form["audio_clip[title]"], "title")


@claim("AB-REQ-04")
def test_the_parts_may_stand_in_any_order(user: Client, unique_name: Fresh) -> None:
    """The file before, between and after the texts."""
    texts = bracketed("audio_clip", {"title": unique_name("clip"), "description": "said of it"})
    names = list(texts)

    for order in (
        [AUDIO_PARAMETER, *names],
        [names[0], AUDIO_PARAMETER, names[1]],
        [*names, AUDIO_PARAMETER],
    ):
        parts: dict[str, Any] = {**texts, AUDIO_PARAMETER: audio_file()}
        answer = user.post(MINE, **multipart({name: parts[name] for name in order})).expect_created()
        expect(object_in_body(answer, "audio_clip")["title"], texts["audio_clip[title]"], "title")


def plain_audio() -> bytes:
    """A WAVE file whose bytes are all ASCII: how a form with others is signed, nobody says."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((1, 1, 8000, 0, "NONE", "not compressed"))
        out.writeframes(bytes(range(128)) * 30)
    return file.getvalue()


@claim("AB-REQ-04")
@pytest.mark.parametrize(
    "sound",
    [plain_audio(), plain_audio()[:40], sample_audio(), b"sound"],
    ids=["all", "start", "bytes", "text"],
)
def test_audio_as_a_form_is_refused(user: Client, unique_name: Fresh, sound: bytes) -> None:
    """4xx with both error headers, and no clip of it."""
    before = ids(user.all_items(MINE))

    assert_refused(user.post(MINE, form={"audio_clip[title]": unique_name("clip"), AUDIO_PARAMETER: sound}))

    _is_as_before(user, unique_name, before)


@claim("AB-REQ-05")
def test_what_is_required_is_asked_for(user: Client, unique_name: Fresh) -> None:
    """Without a title, without audio, without both, or under other names: 4xx, and nothing is created."""
    title = unique_name("clip")
    before = ids(user.all_items(MINE))
    sound = audio_file()

    for form, files in (
        ({}, {AUDIO_PARAMETER: sound}),
        ({"audio_clip[description]": title}, {AUDIO_PARAMETER: sound}),
        ({"title": title}, {AUDIO_PARAMETER: sound}),
        ({"clip[title]": title}, {AUDIO_PARAMETER: sound}),
        ({"audio_clip[title]": title}, {}),
        ({"audio_clip[title]": title}, {"uploaded_data": sound}),
        ({"audio_clip[title]": title}, {"audio_clip[uploaded_image]": sound}),
        ({}, {}),
    ):
        assert_refused(user.post(MINE, **multipart({**form, **files})))

    _is_as_before(user, unique_name, before)


@claim("AB-REQ-05")
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_audio_is_required_in_each_encoding(user: Client, unique_name: Fresh, encoding: str) -> None:
    """A title alone makes no clip."""
    before = ids(user.all_items(MINE))

    assert_refused(user.post(MINE, **encoded(encoding, {"audio_clip[title]": unique_name("clip")})))

    _is_as_before(user, unique_name, before)


@claim("AB-REQ-06")
def test_the_same_uuid_makes_one_clip(user: Client, unique_name: Fresh) -> None:
    """However often it is sent; another uuid makes another clip."""
    title, uuid = unique_name("clip"), uuid_of(unique_name("clip")).upper()
    first = object_in_body(upload(user, {"title": title, "uuid": uuid}).expect_created(), "audio_clip")

    for _ in range(3):
        again = upload(user, {"title": title, "uuid": uuid}).expect_status(200, 201, 409)
        if again.status != 409:
            expect(
                object_in_body(again, "audio_clip")["id"], first["id"], "id of the clip with this uuid", again
            )
    _titled(user, title, first["id"], 1)
    upload(user, {"title": f"{title} again", "uuid": uuid}).expect_status(200, 201, 409)
    _titled(user, f"{title} again", first["id"], 0)

    other = upload(user, {"title": title, "uuid": uuid_of(unique_name("other"))}).expect_created()
    upload(user, {"title": title, "uuid": uuid}).expect_status(200, 201, 409)
    _titled(user, title, object_in_body(other, "audio_clip")["id"], 2)


@claim("AB-REQ-06")
@pytest.mark.live("uploads at one moment")
def test_the_same_uuid_at_one_moment_makes_one_clip(user: Client, unique_name: Fresh) -> None:
    """Of several uploads that are sent together one makes the clip."""
    title, uuid = unique_name("clip"), uuid_of(unique_name("clip"))

    sent = send_concurrently(user, 6, lambda sender: upload(sender, {"title": title, "uuid": uuid}))
    answers = [answer.expect_status(200, 201, 409) for answer in sent]

    made = {object_in_body(answer, "audio_clip")["id"] for answer in answers if answer.status == 201}
    assert len(made) == 1, f"expected one new clip, found {sorted(made)}"
    _titled(user, title, made.pop(), 1)


@claim("AB-REQ-07")
@pytest.mark.parametrize("title", TITLES, ids=ascii)
def test_a_title_arrives_as_it_was_sent(user: Client, unique_name: Fresh, title: str) -> None:
    """In each encoding, of a clip and of a playlist that are changed, and of a playlist that is new."""
    clip = title_of_clip(create_clip(user, unique_name("clip"))["id"])
    playlist = title_of_playlist(create_playlist(user, unique_name("playlist"))["id"])

    for number, encoding in enumerate(ENCODINGS):
        for place in (clip, (TITLE_OF_NEW_PLAYLIST, playlist)[number % 2]):
            place.arrives(user, encoding, _marked(title, encoding))


@claim("AB-REQ-07")
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("length", [256, 1025])
def test_a_long_title_is_not_cut(user: Client, unique_name: Fresh, encoding: str, length: int) -> None:
    """It arrives, or is refused: no claim says how long it may be."""
    place = title_of_clip(create_clip(user, unique_name("clip"))["id"])
    title = unique_name("long").ljust(length, "x")

    answer = place.write(user, encoding, title)
    if answer.status < 400:
        place.arrives(user, encoding, title)
    else:
        answer.expect_client_error()


@claim("AB-REQ-07")
@pytest.mark.parametrize("title", TITLES, ids=ascii)
def test_the_title_of_an_upload_arrives(user: Client, title: str) -> None:
    """Beside the audio in a multipart body, and in lists too."""
    clip = object_in_body(upload(user, {"title": title}).expect_created(), "audio_clip")

    assert clip["title"] == title, f"expected {title!r}, found {clip['title']!r}"
    _has_title(user, f"/audio_clips/{clip['id']}", title, "uploaded")
    in_list = {one["id"]: one["title"] for one in wait_until_listed(user, MINE, clip["id"])}
    assert in_list[clip["id"]] == title, f"expected {title!r}, found {in_list[clip['id']]!r}"


@claim("AB-REQ-03", "AB-REQ-07")
@given(data=st.data())
def test_any_title_arrives_in_each_encoding(user: Client, places: list[Place], data: st.DataObject) -> None:
    """Whatever it is, it is the same in all three."""
    title = data.draw(ANY_TITLE)
    place = data.draw(st.sampled_from(places))

    for encoding in ENCODINGS:
        place.arrives(user, encoding, _marked(title, encoding))


@pytest.fixture
def places(user: Client, unique_name: Fresh) -> list[Place]:
    """A clip's title and a playlist's."""
    clip, playlist = create_clip(user, unique_name("clip")), create_playlist(user, unique_name("playlist"))
    return [title_of_clip(clip["id"]), title_of_playlist(playlist["id"])]


def uuid_of(name: str) -> str:
    """A UUID of that name (RFC 9562 5.5), which a recording can repeat."""
    return str(uuid5(NAMESPACE_URL, name))


def _marked(title: str, encoding: str) -> str:
    """The title with a mark of the encoding in its middle: else one that is lost would not be missed."""
    middle = len(title) // 2
    mark = str(ENCODINGS.index(encoding)) if title.isdigit() else encoding[0]
    return f"{title[:middle]}{mark}{title[middle:]}"


def _has_title(client: Client, path: str, title: str, written: str) -> None:
    found = object_in_body(client.get(path).expect_ok(), "audio_clip")["title"]
    if found != title:
        raise ExpectationFailed(f"{title!r}, written as {written!r}", repr(found))


def _members(answer: Response) -> Any:
    """What an answer is made of: the members of its body, and of the object in it."""
    body = answer.object["body"]
    if not isinstance(body, dict):
        return type(body)
    return {name: sorted(value) if isinstance(value, dict) else type(value) for name, value in body.items()}


def _are_alike(answers: Iterable[Response], shape: Callable[[Response], Any]) -> None:
    """ExpectationFailed if the answers to one request in all encodings differ."""
    found = {way: (answer.status, shape(answer)) for way, answer in zip(ENCODINGS, answers, strict=True)}
    if any(one != found[ENCODINGS[0]] for one in found.values()):
        raise ExpectationFailed("one result in each encoding", str(found))


def _titled(client: Client, title: str, known: Any, count: int) -> None:
    """ExpectationFailed unless so many of the user's clips have this title, one of them known."""
    found = [clip["id"] for clip in wait_until_listed(client, MINE, known) if clip["title"] == title]
    if len(found) != count:
        raise ExpectationFailed(f"{count} clip of this title", f"{len(found)}: {found}")


def _is_as_before(client: Client, fresh: Fresh, before: Iterable[Any]) -> None:
    """Fail if the user has more clips than before, once the list shows one that was made later."""
    later = create_clip(client, fresh("later"))["id"]
    if created := set(ids(wait_until_listed_or_skip(client, MINE, later))) - {*before, later}:
        raise ExpectationFailed("nothing created", f"the clips {sorted(created)}")
