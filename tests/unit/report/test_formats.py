"""Formats of recorded traffic beside vcrpy's version 1 and HAR: each contains the same exchange."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tuningfork.report.recorded_exchange import UNANSWERED, MissingBodyError, RecordedExchange, TrafficError
from tuningfork.report.traffic import read

URL = "https://api.test/v1/tracks/1"

RUBY = """
---
http_interactions:
- request:
    method: post
    uri: https://api.test/v1/tracks/1
    body: {encoding: US-ASCII, string: 'a=1'}
    headers: {Accept: ['*/*']}
  response:
    status: {code: 404, message: Not Found}
    headers: {Content-Type: [application/json], X-On: yes, X-At: 2020-99-99, X-Time: 12:30:45}
    body: {encoding: UTF-8, string: '{"id": 1}'}
    http_version:
  recorded_at: Tue, 10 Mar 2015 14:14:46 GMT
recorded_with: VCR 2.9.3
"""
SCHEMATHESIS = """
command: 'st run'
recorded_with: 'Schemathesis 4.32.5'
seed: 1
http_interactions:
- id: 'a'
  status: 'FAILURE'
  request:
    uri: 'https://api.test/v1/tracks/1'
    method: 'POST'
    headers:
      "Accept":
      - "*/*"
    body:
      encoding: 'utf-8'
      string: "a=1"
  response:
    status:
      code: '404'
      message: "Not Found"
    elapsed: '0.1'
    headers:
      "Content-Type":
      - "application/json"
    body:
      encoding: 'utf-8'
      string: "{\\"id\\": 1}"
    http_version: '1.1'
"""
OLD_VCRPY = """
- request: !!python/object:vcr.request.Request
    body: a=1
    headers: !!python/object/apply:__builtin__.frozenset
    - - !!python/tuple [Accept, '*/*']
    host: api.test
    method: POST
    path: /v1/tracks/1
    port: 443
    protocol: https
  response:
    body: {string: !!python/unicode '{"id": 1}'}
    headers: ["Content-Type: application/json\\r\\n"]
    status: {code: 404, message: Not Found}
"""
PHP_VCR = """
-
    request:
        method: POST
        url: 'https://api.test/v1/tracks/1'
        headers: {Accept: '*/*'}
        body: a=1
    response:
        status: {http_version: '1.1', code: '404', message: 'Not Found'}
        headers: {Content-Type: application/json}
        body: '{"id": 1}'
    index: 0
"""
BETAMAX = {
    "http_interactions": [
        {
            "request": {
                "method": "POST",
                "uri": URL,
                "headers": {"Accept": ["*/*"]},
                "body": {"encoding": "utf-8", "base64_string": "YT0x"},
            },
            "response": {
                "status": {"code": 404, "message": "Not Found"},
                "headers": {"Content-Type": ["application/json"]},
                "body": {"encoding": None, "base64_string": base64.b64encode(b'{"id": 1}').decode()},
            },
        }
    ],
    "recorded_with": "betamax/0.8.1",
}
REQUEST = {
    "method": "POST",
    "header": [{"key": "Accept", "value": "*/*"}, {"key": "X", "value": "off", "disabled": True}],
    "body": {"mode": "raw", "raw": "a=1"},
    "url": {"raw": "{{base}}/tracks/:id", "variable": [{"key": "id", "value": "1"}]},
}
RESPONSE = {
    "name": "missing",
    "originalRequest": REQUEST,
    "code": 404,
    "status": "Not Found",
    "header": [{"key": "Content-Type", "value": "application/json"}],
    "body": '{"id": 1}',
}
SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
POSTMAN: dict[str, Any] = {
    "info": {"name": "a", "schema": SCHEMA},
    "variable": [{"key": "base", "value": "https://api.test/v1"}],
    "item": [{"name": "folder", "item": [{"name": "one", "request": REQUEST, "response": [RESPONSE]}]}],
}
NEWMAN: dict[str, Any] = {
    "collection": {"item": []},
    "run": {
        "executions": [
            {
                "request": {
                    **REQUEST,
                    "url": {"protocol": "https", "host": ["api", "test"], "path": ["v1", "tracks", "1"]},
                },
                "response": {
                    "code": 404,
                    "status": "Not Found",
                    "header": RESPONSE["header"],
                    "stream": {"type": "Buffer", "data": list(b'{"id": 1}')},
                    "responseTime": 12,
                },
            }
        ]
    },
}
FORMATS = {
    "ruby.yml": RUBY,
    "ruby.json": json.dumps(BETAMAX).replace('"base64_string": "YT0x"', '"string": "a=1"'),
    "betamax.json": json.dumps(BETAMAX),
    "schemathesis.yaml": SCHEMATHESIS,
    "vcrpy-0.yaml": OLD_VCRPY,
    "php.yml": PHP_VCR,
    "postman.json": json.dumps(POSTMAN),
    "postman-api.json": json.dumps({"collection": POSTMAN}),
    "newman.json": json.dumps(NEWMAN),
}


def read_text(folder: Path, name: str, text: str) -> list[RecordedExchange]:
    (folder / name).write_text(text, encoding="utf-8")
    return read(folder / name)


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_has_the_same_exchange(tmp_path: Path, name: str) -> None:
    [recorded] = read_text(tmp_path, name, FORMATS[name])

    request, response = recorded.exchange.request, recorded.exchange.response
    assert (request.method, request.url, request.body) == ("POST", URL, b"a=1")
    assert request.headers.pairs == (("Accept", "*/*"),)
    assert (response.status, response.reason, response.json()) == (404, "Not Found", {"id": 1})
    assert response.media_type == "application/json"


def test_old_vcrpy_json_with_headers_as_mapping(tmp_path: Path) -> None:
    request = {"method": "GET", "protocol": "http", "host": "api.test", "port": 8080, "path": "/a?b=c"}
    response = {"status": {"code": 200, "message": "OK"}, "headers": ["A: b: c\r\n"], "body": {"string": ""}}

    [recorded] = read_text(
        tmp_path,
        "a.json",
        json.dumps(
            [{"request": {**request, "headers": {"Accept": "x"}, "body": None}, "response": response}]
        ),
    )

    assert recorded.exchange.request.url == "http://api.test:8080/a?b=c"
    assert recorded.exchange.request.headers["accept"] == "x"
    assert recorded.exchange.response.headers.pairs == (("A", "b: c"),)


@pytest.mark.parametrize("status", ["HTTP/1.1 404 Not Found", "404", "{code: 404}", "404 "])
def test_each_form_of_status_of_php_vcr_is_parsed(tmp_path: Path, status: str) -> None:
    text = PHP_VCR.replace("{http_version: '1.1', code: '404', message: 'Not Found'}", status)

    assert read_text(tmp_path, "a.yml", text)[0].exchange.response.status == 404


def test_yaml_scalars_remain_text(tmp_path: Path) -> None:
    headers = read_text(tmp_path, "a.yml", RUBY)[0].exchange.response.headers

    assert (headers["x-on"], headers["x-at"], headers["x-time"]) == ("yes", "2020-99-99", "12:30:45")


@pytest.mark.parametrize("tag", ["!binary |-", "!!binary |"])
def test_binary_yaml_body_is_decoded(tmp_path: Path, tag: str) -> None:
    packed = base64.b64encode(gzip.compress(b"{}", mtime=0)).decode()
    text = RUBY.replace(
        "{encoding: UTF-8, string: '{\"id\": 1}'}", f"\n      string: {tag}\n        {packed}"
    )

    assert read_text(tmp_path, "a.yml", text)[0].exchange.response.body == gzip.compress(b"{}", mtime=0)


def test_body_text_is_encoded_in_its_charset(tmp_path: Path) -> None:
    text = RUBY.replace("encoding: UTF-8, string: '{\"id\": 1}'", "encoding: ISO-8859-1, string: ü")

    assert read_text(tmp_path, "a.yml", text)[0].exchange.response.body == b"\xfc"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", SCHEMATHESIS.replace("    http_version", "    truncated_from: 99\n    http_version")),
        ("a.yml", RUBY.replace("    body: {encoding: UTF-8, string: '{\"id\": 1}'}\n", "")),
        ("a.json", json.dumps(POSTMAN).replace('"body": "{\\"id\\": 1}"', '"body": null')),
        ("a.json", json.dumps(NEWMAN).replace('"stream"', '"other"')),
        ("a.json", json.dumps(BETAMAX).replace('"base64_string": "e', '"base64_string": "%')),
    ],
)
def test_missing_or_truncated_body_raises_when_read(tmp_path: Path, name: str, text: str) -> None:
    [recorded] = read_text(tmp_path, name, text)

    assert recorded.missing_body
    with pytest.raises(MissingBodyError):
        recorded.exchange.response.json()


def test_execution_without_response_is_a_defect(tmp_path: Path) -> None:
    executions = [{"request": {"method": "GET", "url": URL, "header": []}, "requestError": {}}]

    [recorded] = read_text(tmp_path, "a.json", json.dumps({"run": {"executions": executions}}))

    assert recorded.defect == UNANSWERED


def test_variable_without_value_remains_in_url(tmp_path: Path) -> None:
    collection = POSTMAN | {"variable": []}

    [recorded] = read_text(tmp_path, "a.json", json.dumps(collection))

    assert recorded.exchange.request.url == "http://{{base}}/tracks/1"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"id": "1", "requests": [], "order": []}, "is a Postman collection, but not of version 2"),
        (POSTMAN | {"info": {"schema": SCHEMA.replace("v2.1", "v1")}}, "but not of version 2"),
        (POSTMAN | {"item": [{"item": 5}]}, "is not complete"),
        (POSTMAN | {"variable": 1.5}, "is not complete"),
        (POSTMAN | {"item": [{"response": [{"code": 200}]}]}, "response 1: has no url"),
        ({"run": {"executions": {}}}, "its executions are not a list"),
        ({"run": {"executions": [{}]}}, "execution 1: has no 'request'"),
        (BETAMAX | {"version": 3}, "is a cassette of version 3, not 1"),
        ([{"request": {"method": "GET"}, "response": {"status": 200}}], "interaction 1: has no url"),
        ([{"request": {"method": "GET", "url": URL}, "response": 5}], "interaction 1: has no status"),
    ],
)
def test_malformed_file_is_refused_in_one_sentence(tmp_path: Path, content: Any, message: str) -> None:
    with pytest.raises(TrafficError) as caught:
        read_text(tmp_path, "a.json", json.dumps(content))

    assert message in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / "a.json"))


def test_refusal_of_unknown_format_lists_known_formats(tmp_path: Path) -> None:
    with pytest.raises(TrafficError, match=r"HAR.*VCR.*betamax.*Schemathesis.*PHP-VCR.*Postman.*Newman"):
        read_text(tmp_path, "a.json", '{"openapi": "3.1.0"}')
