"""Malformed input for Audioboo, in addition to tuningfork.testing.malformed."""

from __future__ import annotations

import json

from tuningfork.testing.malformed import values

LINES = (
    "x%0d%0aX-Odd:%20yes",
    "x%0aX-Odd:%20yes",
    "x%0dX-Odd:%20yes",
    "x%0d%0a%0d%0a%3Cscript%3E",
    "x%00y",
    "x%0by",
    "x%1b%5B31my",
    "x%7fy",
    "x%C2%85y",
    "x%E2%80%A8y",
    "x%E5%98%8A%E5%98%8DX-Odd:%20yes",
    "x%250d%250aX-Odd:%20yes",
    "%0d%0a",
)
"""Values that start a new line, header or body if a server copies them into a header."""

QUERIES = (
    *values.QUERIES,
    *values.queries("page"),
    *values.queries("find"),
    "page[number]=1&page[number]=x&page[items]=1",
    "page[number][]=1&page[items][x]=1",
    "page[number]=99999999999999999999999&page[items]=150",
    "page[]=1&page=2",
    "max_time=99999999999999999999",
    "max_time=-1e400&max_time[]=1",
    "find[username]=*&find[query]=*",
    "find[query]=****************************************",
    "find[latitude]=x&find[longitude]=NaN",
    "find[user_id]=x&find[username]=%00",
    "image_size_hint[thumb]=99999999999x%C2%B2/c",
    "callback=&callback[]=x",
    "fmt=&fmt[]=json&fmt=%00",
    "version=999&version[]=x",
    "debug_signature=true",
)
"""Query strings, percent-encoded as they are sent."""

AUTHORIZATIONS = (
    *values.AUTHORIZATIONS,
    'OAuth realm="", oauth_consumer_key=""',
    'OAuth oauth_consumer_key="%zz", oauth_token="%FF", oauth_nonce="%00"',
    'OAuth oauth_consumer_key="a", oauth_consumer_key="b"',
    'OAuth oauth_consumer_key="x", oauth_signature_method="HMAC-SHA1", oauth_timestamp="x", oauth_nonce="x",'
    ' oauth_signature="x"',
    'OAuth oauth_consumer_key="x", oauth_signature_method="HMAC-SHA1", oauth_timestamp="' + "9" * 400 + '",'
    ' oauth_nonce="x", oauth_signature="!"',
    'OAuth oauth_consumer_key="x", oauth_signature_method="RSA-SHA1", oauth_timestamp="-1", oauth_nonce="",'
    ' oauth_signature="\xff", oauth_version="2.0"',
    "OAuth oauth_consumer_key=x,oauth_token",
    "OAuth =,=,=",
    "OAuth " + ", ".join(f'oauth_{number}="x"' for number in range(600)),
)
"""Values of the Authorization header without valid credentials."""

KEYS = (
    "service[key]=x",
    "service[key]=x&service[signature]=x",
    "service[key]=x&service[signature]=" + "0" * 40 + "&signed_service[timestamp]=x",
    "service[key]=x&service[signature]=" + "0" * 40 + "&signed_service[timestamp]=" + "9" * 400,
    "service[key][]=x&service[signature][x]=y",
    "service[key]=%00&service[signature]=%FF",
    "service[key]=a&source[key]=b&service[signature]=x&source[signature]=y",
    "source[key]=%ED%A0%80&source[signature]=x",
    "service=x&source=y",
    "signed_=x&signed_signed_x=y",
)
"""Queries of the private signing scheme without a valid signature."""

CHUNKS = (
    "",
    "{",
    "[]",
    "null",
    "1",
    '"x"',
    "{}",
    "[" * 5_000,
    '{"chunked_attachment_id": null}',
    '{"chunked_attachment_id": {}}',
    '{"chunked_attachment_id": "x"}',
    '{"chunked_attachment_id": -1, "fingerprint": 1}',
    '{"chunked_attachment_id": 1e400}',
    json.dumps({"chunked_attachment_id": 10**40, "fingerprint": []}),
    json.dumps({"chunked_attachment_id": "9" * 10_000}),
    json.dumps({"chunked_attachment_id": 999_999_999_999_999, "fingerprint": "x" * 10_000}),
    json.dumps({"chunked_attachment_id": True}),
)
"""JSON texts, valid and malformed, in place of an uploaded file."""

NUMBERS = ("", "x", "-1", "1.5", "1e400", "NaN", "9" * 400, "\u00b2", "\u0661", "0x10", "\x00")
"""Values of a numeric parameter."""
