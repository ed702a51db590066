"""Files conventions.yaml that have one error each, with its line and the words of its sentence."""

from __future__ import annotations

from typing import NamedTuple


class Broken(NamedTuple):
    """A conventions.yaml with an error.

    Args:
        text: the file without its first line `conventions: 1`; the whole file if it begins with a line break.
        line: the line of the error.
        words: parts of the sentence about it: what is wrong, and the remedy.
    """

    text: str
    line: int
    words: tuple[str, ...]


THING = "resources:\n  thing: {list: GET /things, create: {request: POST /things}}\n"

BROKEN: dict[str, Broken] = {
    "action by its operationId": Broken(
        "resources:\n  thing:\n    create: {request: createThing}\n", 4, ("createThing", "write METHOD /path")
    ),
    "probe by its operationId": Broken("auth: {type: bearer, probe: me}\n", 2, ("me has no path",)),
    "empty file": Broken("\n", 1, ("not a mapping", "conventions: 1")),
    "no version": Broken("\ntitle: Acme\n", 1, ("no version", "write `conventions: 1`")),
    "version 2": Broken("\ntitle: Acme\nconventions: 2\n", 3, ("the version 2", "write `conventions: 1`")),
    "version as text": Broken("\nconventions: '1'\n", 2, ("the version '1'", "write `conventions: 1`")),
    "list in place of a mapping": Broken("\n- conventions: 1\n", 1, ("not a mapping",)),
    "misspelt convention": Broken(
        "pagniation: {type: page}\n", 2, ("'pagniation'", "did you mean pagination?")
    ),
    "misspelt key": Broken("auth: {type: bearer, missng: 401}\n", 2, ("'missng'", "did you mean missing?")),
    "misspelt key below a key": Broken(
        "pagination:\n  type: page\n  parameter: page\n  size:\n    parameter: limit\n    maximun: 5\n",
        7,
        ("'maximun'", "did you mean maximum?"),
    ),
    "misspelt key three levels down": Broken(
        "auth:\n  type: oauth2\n  oauth2:\n    code:\n      onec: true\n", 6, ("'onec'", "did you mean once?")
    ),
    "misspelt key of an action": Broken(
        "resources:\n  thing:\n    create:\n      reqest: POST /things\n",
        5,
        ("'reqest'", "did you mean request?"),
    ),
    "misspelt key of a filter": Broken(
        "lists:\n  filters:\n    name:\n      membr: /name\n", 5, ("'membr'", "did you mean member?")
    ),
    "misspelt key of requests": Broken(
        "requests: {headrs: {A: b}}\n", 2, ("'headrs'", "did you mean headers?")
    ),
    "misspelt key of an own claim": Broken(
        "claims:\n  PAGE-WALK:\n    idd: AC-1\n", 4, ("'idd'", "did you mean id?")
    ),
    "`on` as a key": Broken(
        "auth:\n  - {type: bearer}\n  - {on: [GET /a], type: none, operations: [GET /a]}\n",
        4,
        ("'on'", "did you mean operations?"),
    ),
    "`no` as a boolean": Broken(
        "auth: {type: bearer, optional: no}\n", 2, ("is 'no'", "write true or false")
    ),
    "`off` as a boolean": Broken(
        "cors: {origins: any, credentials: off}\n", 2, ("'off'", "write true or false")
    ),
    "`yes` as a boolean": Broken("http: {safe: yes}\n", 2, ("'yes'", "true or false")),
    "date as a number": Broken(
        "pagination:\n  type: page\n  parameter: page\n  from: 2022-06-28\n",
        5,
        ("'2022-06-28'", "whole number"),
    ),
    "1.10 as a number": Broken("cors: {origins: any, max-age: 1.10}\n", 2, ("'1.10'", "whole number")),
    "unquoted {id} in a list": Broken(
        "auth: {type: bearer}\nerrors: {operations: [GET /things/{id}]}\n",
        3,
        ("write quotes", "'GET /things/{id}'"),
    ),
    "unquoted {id} in a mapping": Broken(
        "resources:\n  thing: {read: {request: GET /things/{id}}}\n",
        3,
        ("write quotes", "'GET /things/{id}'"),
    ),
    "unquoted * in a list": Broken(
        "errors: {operations: [* /things]}\n", 2, ("write quotes", "begins with *", "'* /things'")
    ),
    "unquoted * in a line": Broken(
        "errors:\n  operations:\n    - * /things\n", 4, ("write quotes", "begins with *")
    ),
    "unquoted ** in a list": Broken("errors: {operations: [**]}\n", 2, ("write quotes", "begins with *")),
    "unquoted brackets": Broken(
        "pagination: {type: page, parameter: page[number]}\n", 2, ("write quotes", "one of { } [ ]")
    ),
    "colon in a text": Broken("title: Acme: the API\n", 2, ("write quotes", "a colon")),
    "@ at the start of a text": Broken("title: @acme\n", 2, ("write quotes", "@")),
    "key twice": Broken(
        "auth: {type: bearer}\nauth: {type: basic}\n", 3, ("'auth'", "occurs twice", "write it once")
    ),
    "key twice in a mapping": Broken(
        "auth:\n  type: bearer\n  missing: 401\n  type: basic\n", 5, ("'type'", "occurs twice")
    ),
    "pattern that does not compile": Broken(
        "errors:\n  members:\n    /code: '[a-z'\n", 4, ("'[a-z'", "regular expression", "correct it")
    ),
    "misspelt type": Broken("errors:\n  members: {/code: integr}\n", 3, ("'integr'", "write integer")),
    "form that is a number": Broken("errors: {members: {/code: 5}}\n", 2, ("5", "write a type")),
    "unknown type in a list": Broken(
        "errors: {members: {/code: [string, nil]}}\n", 2, ("'nil'", "write a type")
    ),
    "status out of range": Broken(
        "auth: {type: bearer, missing: 601}\n", 2, ("601", "write a number such as 404")
    ),
    "status as a word": Broken("auth: {type: bearer, missing: Unauthorized}\n", 2, ("'Unauthorized'", "404")),
    "status range in lower case": Broken("auth: {type: bearer, missing: 4xx}\n", 2, ("'4xx'", "4XX")),
    "empty list of statuses": Broken("auth: {type: bearer, missing: []}\n", 2, ("empty", "at least one")),
    "refusal with an unknown key": Broken(
        "auth:\n  type: bearer\n  missing: {status: 401, message: no}\n", 4, ("{status: STATUS, code: CODE}",)
    ),
    "code that is true": Broken(
        "auth: {type: bearer, missing: {status: 401, code: true}}\n", 2, ("code", "write a text")
    ),
    "pointer without a slash": Broken(
        "pagination:\n  type: page\n  parameter: page\n  items: data\n", 5, ("'data'", "begins with /")
    ),
    "place that is no pointer": Broken(
        "errors:\n  members:\n    code: integer\n", 4, ("'code'", "begins with /")
    ),
    "place with a misspelt key": Broken(
        "errors: {code: {haeder: X}}\n", 2, ("JSON pointer", "begins with /")
    ),
    "operation without a method": Broken(
        "auth: {type: bearer, probe: /things}\n", 2, ("no method", "METHOD /things")
    ),
    "operation in lower case": Broken(
        "auth: {type: bearer, probe: get /things}\n", 2, ("METHOD /path", "capitals")
    ),
    "operation that is a number": Broken("auth: {type: bearer, probe: 5}\n", 2, ("5", "METHOD /path")),
    "operation that matches nothing": Broken(
        "errors:\n  operations:\n    - GET /thing\n",
        4,
        ("GET /thing matches no operation", "did you mean GET /things?"),
    ),
    "operationId that matches nothing": Broken(
        "auth: {type: bearer, probe: listThing}\n", 2, ("listThing has no path", "write METHOD /path")
    ),
    "tag that matches nothing": Broken(
        "errors:\n  - {media-type: a/b}\n  - {operations: ['tag:people'], media-type: c/d}\n",
        4,
        ("tag:people matches no operation", "use one of"),
    ),
    "second group that matches nothing": Broken(
        "auth:\n  - {type: bearer}\n  - {type: none, operations: ['GET /public/**']}\n",
        4,
        ("GET /public/** matches no operation",),
    ),
    "second group about all operations": Broken(
        "auth:\n  - {type: bearer}\n  - {missing: 401}\n", 4, ("all operations", "write `operations`")
    ),
    "group that is no mapping": Broken("auth:\n  - {type: bearer}\n  - none\n", 4, ("a group is a mapping",)),
    "no groups allowed": Broken(
        "cors:\n  - {origins: any}\n", 2, ("cors has no groups", "write one mapping")
    ),
    "empty list of groups": Broken("auth: []\n", 2, ("empty", "remove auth")),
    "empty list": Broken("auth: {type: bearer, not-in: []}\n", 2, ("not-in is empty", "remove the key")),
    "convention that is a text": Broken("auth: bearer\n", 2, ("auth is 'bearer'", "write a mapping")),
    "convention that is null": Broken("auth:\n", 2, ("auth is null", "write a mapping")),
    "named values that are a text": Broken("resources: thing\n", 2, ("resources is 'thing'", "{NAME:")),
    "text that is true": Broken("title: true\n", 2, ("title is true", "in quotes")),
    "header that is true": Broken(
        "requests:\n  headers:\n    X-Beta: true\n", 4, ("X-Beta is true", "in quotes")
    ),
    "list that is a text": Broken("auth: {type: bearer, not-in: query}\n", 2, ("'query'", "write a list")),
    "mapping that is a list": Broken("requests: {headers: [A, B]}\n", 2, ("headers", "write a mapping")),
    "number that is a text": Broken(
        "rate-limit: {limits: [{scope: app, count: many, per: 1h}]}\n", 2, ("count is 'many'", "whole number")
    ),
    "number that is 0": Broken(
        "rate-limit: {limits: [{scope: app, count: 0, per: 1h}]}\n", 2, ("count is 0", "above 0")
    ),
    "time without a unit": Broken(
        "rate-limit: {limits: [{scope: app, count: 5, per: 60}]}\n", 2, ("per is '60'", "30s, 1h or 1d")
    ),
    "word that is not allowed": Broken(
        "auth: {type: bearer, in: body}\n", 2, ("'body'", "use one of header, query")
    ),
    "misspelt word": Broken("rate-limit: {retry-after: second}\n", 2, ("'second'", "did you mean seconds?")),
    "word in a list of responses": Broken(
        "pagination: {type: page, parameter: p, size: {parameter: n, above: [clamp, 400]}}\n",
        2,
        ("'clamp'", "clamped"),
    ),
    "required key is missing": Broken("cors: {methods: [GET]}\n", 2, ("origins is missing", "write origins")),
    "token in a header": Broken(
        "requests:\n  headers:\n    Authorization: Bearer 0123456789abcdef\n",
        4,
        ("secret", "tuningfork.toml"),
    ),
    "API key in a header": Broken(
        "requests: {headers: {X-Api-Key: 12345}}\n", 2, ("X-Api-Key has a secret", "tuningfork.toml")
    ),
    "password of a login": Broken(
        "auth:\n  type: login\n  login:\n    request: POST /login\n    body: {password: hunter2}\n",
        6,
        ("password has a secret", "tuningfork.toml"),
    ),
    "token as an unknown key": Broken("auth: {type: bearer, token: abc}\n", 2, ("secret", "tuningfork.toml")),
    "password in a URL": Broken(
        "documentation: https://me:hunter2@acme.example/\n", 2, ("secret", "tuningfork.toml")
    ),
    "credentials of a role": Broken(
        "roles:\n  reader:\n    credentials: abcdef\n", 4, ("tuningfork.toml", "given:NAME")
    ),
    "`off` without a reason": Broken("claims:\n  PAGE-WALK: {off: }\n", 3, ("no reason", "off: REASON")),
    "`off` that is true": Broken("claims: {PAGE-WALK: {off: true}}\n", 2, ("off is true", "a text")),
    "claim that says nothing": Broken("claims: {PAGE-WALK: {}}\n", 2, ("says nothing", "OWN-ID")),
    "id of a claim that is no id": Broken("claims: {PAGE-WALK: my claim}\n", 2, ("'my claim'", "capitals")),
    "own id twice": Broken("claims: {PAGE-WALK: [AC-1, AC-1]}\n", 2, ("AC-1 occurs twice", "write it once")),
    "own id with two levels": Broken(
        "claims:\n  PAGE-WALK: {id: AC-1, level: MUST}\n  PAGE-END: {id: AC-1, level: MAY}\n",
        4,
        ("AC-1 has two levels", "write the same"),
    ),
    "unknown generic claim": Broken(
        "claims:\n  PAGE-WALKS: AC-1\n", 3, ("'PAGE-WALKS'", "did you mean PAGE-WALK?")
    ),
    "prefix that is no prefix": Broken("prefix: my api\n", 2, ("'my api'", "capitals")),
    "`fill` that names no resource": Broken(
        THING + "pagination: {type: page, parameter: p, fill: thin}\n", 4, ("'thin'", "did you mean thing?")
    ),
    "cycle of parents": Broken(
        "resources:\n  a: {parent: b}\n  b:\n    parent: a\n", 3, ("its own ancestor", "remove one parent")
    ),
    "unknown parent": Broken("resources:\n  a: {parent: c}\n", 3, ("no resource 'c'", "use one of a")),
    "unknown resource of a relation": Broken(
        "relations:\n  like: {of: thing, put: 'PUT /things/{id}'}\n", 3, ("no resource 'thing'",)
    ),
    "unknown signal of the end": Broken(
        "pagination: {type: page, parameter: p, end: [finished]}\n", 2, ("'finished'", "use one of absent")
    ),
    "signal that is no pointer": Broken(
        "pagination: {type: page, parameter: p, end: [{more: false}]}\n", 2, ("'more'", "begins with /")
    ),
    "maximum below the default": Broken(
        "pagination:\n  type: page\n  parameter: p\n  size:\n    default: 50\n    maximum: 20\n",
        7,
        ("maximum 20 is below default 50", "larger maximum"),
    ),
    "cursor without `next`": Broken(
        "pagination: {type: cursor, parameter: c}\n", 2, ("cursor needs next", "write next")
    ),
    "page without a parameter": Broken("pagination: {type: page}\n", 2, ("page needs parameter",)),
    "phrases without a place": Broken(
        "errors: {phrases: {404: Gone}}\n", 2, ("not phrases", "write {at: POINTER")
    ),
    "phrase of no status": Broken("errors: {phrases: {at: /e, gone: Gone}}\n", 2, ("'gone'", "404")),
    "version without a name": Broken("versioning: {in: header}\n", 2, ("needs its name", "name: NAME")),
    "template without a place": Broken(
        "versioning: {in: accept, as: application/json}\n", 2, ("as is 'application/json'", "{}")
    ),
    "tab": Broken("auth:\n\ttype: bearer\n", 3, ("a tab", "write spaces")),
    "unknown anchor": Broken("auth: *common\n", 2, ("undefined alias", "write quotes")),
    "anchor in itself": Broken("title: &a [*a]\n", 2, ("an anchor must not contain",)),
    "tag": Broken("title: !secret acme\n", 2, ("tag", "remove the tag")),
    "tag of Python": Broken("title: !!python/name:os.system x\n", 2, ("tag", "remove the tag")),
    "two documents": Broken("title: A\n---\ntitle: B\n", 3, ("one document", "---")),
    "unclosed bracket": Broken(
        "auth: {type: bearer\nhttp: {safe: true}\n", 3, ("not valid YAML", "write quotes")
    ),
    "unclosed quotes": Broken("title: 'Acme\n", 2, ("not valid YAML", "close the quotes")),
    "bad indentation": Broken("auth:\n  type: bearer\n   missing: 401\n", 4, ("not valid YAML",)),
    "control character": Broken("title: A\nprefix: \x07\n", 3, ("control character", "remove it")),
    "key that is a list": Broken("? [a]\n: b\n", 2, ("not a string", "a text before the colon")),
    "deep nesting": Broken(
        "title: " + "[" * 3000 + "]" * 3000 + "\n", 2, ("nesting depth", "write fewer levels")
    ),
    "many aliases": Broken(
        "title: &a [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n"
        + "".join(f"k{n}: &k{n} [{', '.join([f'*k{n - 1}' if n else '*a'] * 10)}]\n" for n in range(7)),
        1,
        ("aliases expand", "use fewer"),
    ),
    "huge file": Broken("# " + "x" * 2**20 + "\n", 1, ("more than 1,048,576 bytes",)),
}
