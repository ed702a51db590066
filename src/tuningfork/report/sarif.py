"""Renders results.sarif: SARIF 2.1.0, one rule for each claim, one result for each different violation.

A result is located in the suite's test, because that is the file of the repository that states the claim.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from tuningfork.model import Level, Verdict
from tuningfork.report.evidence import locate
from tuningfork.report.exchange import ExchangeRecord, Message
from tuningfork.report.plain_text import block, line
from tuningfork.report.results import Api, ClaimResult, Results
from tuningfork.report.sections import source
from tuningfork.report.sources import source_links
from tuningfork.report.test_result import Violation

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Level.MUST: "error", Level.SHOULD: "warning", Level.MAY: "note"}
MAX_DESCRIPTION_CHARS = 1024
"""GitHub's limit for the description of a rule."""


def render(results: Results) -> str:
    """Return the JSON."""
    run = {
        "tool": {"driver": _driver(results)},
        "automationDetails": {"id": f"tuningfork/{line(results.run.target)}/"},
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the repository."}}},
        "invocations": [_invocation(results)],
        "results": [
            _result(results, index, claim, violation)
            for index, claim in enumerate(results.claims)
            for violation in claim.violations
        ],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _driver(results: Results) -> dict[str, Any]:
    """Return the tool with a rule for each claim."""
    return {
        "name": "Tuning Fork",
        "version": results.run.version,
        "rules": [_rule(results, claim) for claim in results.claims],
    }


def _rule(results: Results, claim: ClaimResult) -> dict[str, Any]:
    """Return a claim as a rule."""
    description = {"text": _message(line(claim.promise, MAX_DESCRIPTION_CHARS - 50))}
    severity = {Level.MUST: "error", Level.SHOULD: "warning", Level.MAY: "recommendation"}[claim.level]
    rule = {
        "id": claim.id,
        "shortDescription": description,
        "fullDescription": description,
        "help": {"text": _message(line(f"{claim.level}. Source: {source(results, claim)}. {claim.note}"))},
        "defaultConfiguration": {"level": LEVELS[claim.level]},
        "properties": {"tags": [claim.api, line(claim.section)], "problem.severity": severity},
    }
    return rule | _link(results.run.apis.get(claim.api), claim)


def _link(api: Api | None, claim: ClaimResult) -> dict[str, str]:
    """Return the URL of the first document that the source of a claim names."""
    urls = [url for _, url in source_links(claim.source, api) if url] if api else []
    return {"helpUri": _url(urls[0])} if urls else {}


def _result(results: Results, index: int, claim: ClaimResult, violation: Violation) -> dict[str, Any]:
    """Return a violation of the claim with this index as a result."""
    location = locate(results, claim, violation)
    found = (
        f"{line(violation.found)} (at {line(violation.pointer)})"
        if violation.pointer
        else line(violation.found)
    )
    also = f" Also at {line(violation.others)}." if violation.also else ""
    sentence = f"Expected {line(violation.expected)}; found {found}.{also}"
    rerun = f"\nRun the test again: {line(results.run.rerun(violation.test))}" if violation.test else ""
    result: dict[str, Any] = {
        "ruleId": claim.id,
        "ruleIndex": index,
        "level": LEVELS[claim.level],
        "message": {"text": _message(f"{sentence}{rerun}")},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(block(location.file)), "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": location.line},
                }
            }
        ],
        "properties": {"reproduce": block(violation.command), "verdict": claim.verdict},
    }
    if violation.exchange is not None:
        result |= _web(violation.exchange)
    return result | _suppressions(claim)


def _suppressions(claim: ClaimResult) -> dict[str, Any]:
    """Return the suppression of a waived claim, with its reason, owner and expiry."""
    if claim.verdict is not Verdict.WAIVED:
        return {}
    waiver = claim.waiver
    text = (
        f"{waiver.reason} ({waiver.link}, {waiver.owner}, until {waiver.expiry})" if waiver else claim.reason
    )
    return {"suppressions": [{"kind": "external", "status": "accepted", "justification": line(text or "")}]}


def _web(exchange: ExchangeRecord) -> dict[str, Any]:
    """Return the request and the response of an exchange."""
    return {
        "webRequest": {
            "protocol": "http",
            "method": line(exchange.method),
            "target": block(exchange.url),
            **_content(exchange.request),
        },
        "webResponse": {
            "protocol": "http",
            "statusCode": exchange.status,
            "reasonPhrase": line(exchange.reason),
            **_content(exchange.response),
        },
    }


def _content(message: Message) -> dict[str, Any]:
    """Return the header fields and the body of a message; a repeated field has its values joined."""
    headers: dict[str, str] = {}
    for name, value in message.headers:
        name, value = line(name), line(value)
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return {"headers": headers, "body": {"text": block(message.body)}}


def _invocation(results: Results) -> dict[str, Any]:
    """Return the times of the run, and what makes it unreliable."""
    run = results.run
    started = datetime.fromisoformat(run.started).astimezone(UTC)
    errors = [f"{each.id}: {each.reason}" for each in results.claims if each.verdict is Verdict.ERROR]
    return {
        "executionSuccessful": run.complete and not run.errors and not run.lost,
        "startTimeUtc": _time(started),
        "endTimeUtc": _time(started + timedelta(seconds=run.seconds)),
        "toolExecutionNotifications": list(_notifications([*results.alarms, *errors])),
    }


def _notifications(sentences: Iterable[str]) -> Iterable[dict[str, Any]]:
    """Yield a notification for each sentence."""
    for sentence in sentences:
        yield {"level": "error", "message": {"text": _message(line(sentence))}}


def _message(text: str) -> str:
    """Return a message without placeholders (SARIF 3.11.5) and without embedded links (3.11.6)."""
    return text.replace("{", "{{").replace("}", "}}").replace("](", "] (")


def _url(text: str) -> str:
    """Return a URL in which every character that a URI may not have is encoded."""
    return quote(text, safe="/:?#[]@!$&'()*+,;=%~")


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
