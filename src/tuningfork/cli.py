"""The command line: `tuningfork COMMAND`."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from importlib import resources
from itertools import pairwise
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import click
import pytest
import tomli_w

from tuningfork import apis
from tuningfork.audit import results
from tuningfork.client.config import FILE_NAME as CONFIGURATION
from tuningfork.client.config import ConfigurationError, did_you_mean, load_base_urls
from tuningfork.contract.errors import ContractError
from tuningfork.contract.lint import lint_notes
from tuningfork.contract.openapi import Contract
from tuningfork.mock.server import Server
from tuningfork.pytest_plugin import internal_error, streams
from tuningfork.pytest_plugin.audit_session import AuditOptions, AuditPlugin
from tuningfork.pytest_plugin.signals import handle_interrupts
from tuningfork.pytest_plugin.startup_errors import StartupErrors
from tuningfork.pytest_plugin.traceability import ClaimTrace, CollectionError, trace_claims
from tuningfork.redaction import Disclosure, printable_line
from tuningfork.report import table, traffic, traffic_report
from tuningfork.report.checked_exchange import CheckedExchange
from tuningfork.report.exit_codes import Exit
from tuningfork.report.hosts import Address, UrlError
from tuningfork.report.recorded_exchange import TrafficError

QUIETLY = ("-q", "--no-header", "-r", "f", "-p", "no:cacheprovider", "-W", "default", "--assert", "plain")
"""What a person wants of pytest here; plain asserts, since to rewrite hundreds of modules takes seconds."""
WORKERS = ("-n", "2", "--dist", "worksteal")
"""Two processes for the mock, of which each has its own; elsewhere they would share users.

Neighbours stay together, since what one has found out of a list serves the next.
"""
ALONE = ("--target", "-n", "--numprocesses", "--record", "--pdb", "--collect-only", "--co")
"""Options of a run whose workers are said, or which can have none."""
ONCE = ("--target", "--seed", "--report-dir", "--deviations", "--hypothesis-profile")
"""Options of a run of which pytest would take the last one without a word."""
MOST_WORKERS = max(8, 2 * (os.cpu_count() or 1))
"""Processes that a run has at most, whatever it asks for."""
AUDITING = ("--hypothesis-profile", "audit", "--capture", "no", "--tb", "line", "-p", "no:randomly")
IDLE = 3600
"""Seconds without a request after which a served mock stops by itself."""


def root() -> Path:
    """The checkout that one stands in, else the small one that was installed with the package."""
    here = Path.cwd()
    if (here / "suites").is_dir() and (here / "specs").is_dir():
        return here
    shipped = Path(str(resources.files("tuningfork"))) / "shipped"
    return shipped if shipped.is_dir() else Path(__file__).parents[2]


class _Commands(click.Group):
    """Commands that end in order and in one sentence, whatever happens."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command; a signal interrupts it, and a closed output does not."""
        streams.ignore_write_errors()
        restore = handle_interrupts()
        try:
            sys.exit(super().main(*args, **extra | {"standalone_mode": False}))
        except click.exceptions.NoArgsIsHelpError as helping:
            helping.show()
            sys.exit(Exit.REFUSED)
        except click.ClickException as wrong:
            told = Disclosure().line(" ".join(wrong.format_message().split()))
            click.echo(f"ERROR: {told}", err=True)
            sys.exit(Exit.REFUSED if isinstance(wrong, click.UsageError) else wrong.exit_code)
        finally:
            restore()

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command in its context."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            sys.exit(Exit.INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except Exception as broken:
            info = pytest.ExceptionInfo.from_exception(broken)
            told = internal_error.sentence(info, "".join(traceback.format_exception(broken)), Path(mkdtemp()))
            raise _BrokenError(told) from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tuningfork")
def main() -> None:
    """Hold an HTTP API against what its documentation promises."""


@main.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def run(arguments: tuple[str, ...]) -> None:
    """Run the suites against a target; takes every option of pytest.

    \b
    --target NAME    mock (built in, the default), cassette, or a target of tuningfork.toml
    --api NAME       only this API
    --claim GLOB     only claims like this: SC-PAGE-*
    --read-only      create, change and delete nothing
    """  # noqa: D301 - click's mark for lines that stay as they are
    folder = root()
    _need_once(arguments)
    given = [_from_here(argument, folder) for argument in arguments]
    suites = (folder / "suites").resolve()
    if not any(_path(argument).resolve().is_relative_to(suites) for argument in given):
        given.append(str(suites))
    if not _is_alone(given):
        given = [*WORKERS, *given]
    options = ["-c", str(folder / "pyproject.toml"), *QUIETLY, f"--maxprocesses={MOST_WORKERS}", *given]
    sys.exit(int(pytest.main(options, plugins=[StartupErrors(_reports(arguments))])))


@main.command()
@click.argument("names", nargs=-1, metavar="[API ...]")
@click.option(
    "--port",
    default=8701,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="of the first API; the next one has the next port; 0 for any free ones",
)
@click.option("--json", "as_json", is_flag=True, help="print the targets' tables as JSON")
@click.option(
    "--idle", default=IDLE, show_default=True, help="seconds without a request after which it stops"
)
def serve(names: tuple[str, ...], port: int, as_json: bool, idle: int) -> None:
    """Serve the built-in mocks on 127.0.0.1, and print how a target names them."""
    with contextlib.suppress(KeyboardInterrupt), contextlib.ExitStack() as stack:
        tables, servers = {}, []
        for offset, name in enumerate(_known(names)):
            mock = apis.mock(name)
            server = Server(mock, port and port + offset, idle=idle)
            try:
                servers.append(stack.enter_context(server))
            except (OSError, OverflowError):
                raise _WrongError(f"port {port + offset} can't be used; choose another --port.") from None
            tables[name] = mock.settings(server.base_url)
        click.echo(json.dumps(tables, indent=2) if as_json else _as_toml(tables))
        sys.stdout.flush()
        for server in servers:
            server.wait()


@main.command()
@click.option("--api", "names", multiple=True, help="only this API; may be repeated")
@click.option("--fault", "patterns", multiple=True, metavar="GLOB", help="only faults of such names")
@click.option("--variants", is_flag=True, help="conforming variants in place of faults: nothing may complain")
@click.option("--wire", is_flag=True, help="only mutants of recorded answers")
@click.option("--all", "everything", is_flag=True, help="faults, variants and mutants, one after the other")
@click.option("--sample", type=click.IntRange(1), help="only so many, chosen by the commit")
@click.option("--jobs", type=click.IntRange(1), help="processes at a time (default: one a core)")
@click.option("--report-dir", default="reports", show_default=True, help="where audit.json is written")
def audit(
    names: tuple[str, ...],
    patterns: tuple[str, ...],
    variants: bool,
    wire: bool,
    everything: bool,
    sample: int | None,
    jobs: int | None,
    report_dir: str,
) -> None:
    """Put every known fault into the built-in mocks, and see that the suites find it."""
    plan = AuditOptions(
        patterns=patterns,
        faults=everything or not (variants or wire),
        variants=everything or variants,
        wire=everything or wire or not (variants or patterns),
        sample=sample,
        processes=jobs,
    )
    auditing = AuditPlugin(plan, table.console())
    apis_asked = _specified(names)
    given = [*(f"--api={name}" for name in apis_asked), f"--report-dir={report_dir}"]
    suites = [str(root() / "suites" / name) for name in (*apis_asked, "conventions")]
    options = ["-c", str(root() / "pyproject.toml"), *QUIETLY, *AUDITING, *given, *suites]
    sys.exit(int(pytest.main(options, plugins=[auditing])))


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--api", "name", help="the API that was recorded, where its host does not tell")
@click.option("--target", metavar="NAME", help="a target of tuningfork.toml whose hosts are the API's too")
@click.option("--json", "as_json", is_flag=True, help="print the findings as JSON")
def check(files: tuple[Path, ...], name: str | None, target: str | None, as_json: bool) -> None:
    """Check recorded traffic (HAR, VCR cassettes, Postman, Newman) against the contract, offline."""
    contracts = _contracts((name,) if name else ())
    checks = {api: (*apis.profile(api).checks, *apis.profile(api).witnesses) for api in contracts}
    stated = {claim.id: claim for contract in contracts.values() for claim in contract.claims.values()}
    hosts = {api: (url,) for api, url in _base_urls(target).items()}
    judged: list[CheckedExchange] = []
    told = traffic_report.Disclosures({api: apis.profile(api).places for api in contracts})
    try:
        for file in files:
            recorded = traffic.read(file)
            told.learn(each.known() for each in recorded)
            judged += traffic.judge(recorded, list(contracts.values()), checks, name, hosts)
    except (TrafficError, ContractError) as broken:
        raise _WrongError(printable_line(str(broken))) from None
    if as_json:
        click.echo(json.dumps(traffic_report.as_json(judged, stated, told), indent=2))
    else:
        traffic_report.show(judged, stated, table.console(), told)
    if not traffic_report.judges_anything(judged):
        sys.exit(Exit.NOTHING_VERIFIED)
    sys.exit(Exit.FAILED if traffic_report.breaks_a_must(judged, stated) else Exit.OK)


def _base_urls(target: str | None) -> dict[str, str]:
    """By API, where it stands on a target of tuningfork.toml."""
    if target is None:
        return {}
    if target in ("mock", "cassette"):
        raise _WrongError(f"--target {target} has no host of its own; name a target of {CONFIGURATION}.")
    here = Path(CONFIGURATION)
    file = here if here.is_file() else root() / CONFIGURATION
    try:
        urls = load_base_urls(file, target)
        for url in urls.values():
            Address.of(url)
    except ConfigurationError as wrong:
        raise _WrongError(printable_line(str(wrong))) from None
    except UrlError as wrong:
        raise _WrongError(f"{file}: targets.{target}: a base_url {wrong}; correct it.") from None
    return urls


@main.command()
@click.option(
    "--check", "strict", is_flag=True, help="fail where a claim has no test, or no fault that proves it"
)
@click.option("--api", "names", multiple=True, help="only this API; may be repeated")
def claims(strict: bool, names: tuple[str, ...]) -> None:
    """List the claims with their tests, faults and cassettes."""
    try:
        found = trace_claims(root(), list(_contracts(names).values()))
    except CollectionError as broken:
        raise _WrongError(str(broken)) from None
    for one in found:
        click.echo(
            f"{one.claim.id:<14}{one.claim.level:<8}{len(one.tests):>4} tests{len(one.faults):>4} faults"
            f"{len(one.cassettes):>4} cassettes  {one.claim.promise}"
        )
    lacking = list(_lacking(found)) if strict else []
    for sentence in lacking:
        click.echo(sentence, err=True)
    sys.exit(Exit.FAILED if lacking else Exit.OK)


def _lacking(found: list[ClaimTrace]) -> Iterator[str]:
    """What the claims have not that they should have, a sentence each."""
    killed = results.read_killed(Path("reports")) or {}
    untested = [one.claim.id for one in found if not one.tests]
    if untested:
        yield f"no test judges {', '.join(untested)}; write one in suites/."
    unproven = [one.claim.id for one in found if not one.faults]
    if unproven:
        yield f"no fault breaks {', '.join(unproven)}; write one in the faults of its API."
    let = [
        one.claim.id for one in found if one.faults and not any(killed.get(id_, True) for id_ in one.faults)
    ]
    if let:
        yield f"the last audit let every fault of {', '.join(let)} survive; sharpen a test."


def _need_once(arguments: Sequence[str]) -> None:
    """Refuse an option twice of which one alone can count."""
    for option in ONCE:
        if sum(argument == option or argument.startswith(f"{option}=") for argument in arguments) > 1:
            raise _WrongError(f"{option} is given twice; give it once.")


def _path(argument: str) -> Path:
    """The file or folder that an argument names, if it names a test or where tests are."""
    return Path.cwd() / argument.partition("::")[0].partition("[")[0]


def _from_here(argument: str, folder: Path) -> str:
    """A test's id as reports print it, from wherever it is given; any other argument as it is."""
    test = argument.removesuffix(" (teardown)")
    try:
        is_elsewhere = test.startswith("suites/") and not _path(test).exists()
    except OSError:  # too long to be a path
        return argument
    return str(folder / test) if is_elsewhere and (folder / test.partition("::")[0]).exists() else test


def _reports(arguments: Sequence[str]) -> Path:
    """The folder of the reports, where pytest has not read its options."""
    found = "reports"
    for argument, following in pairwise([*arguments, ""]):
        name, equals, value = argument.partition("=")
        if name == "--report-dir":
            found = value if equals else following
    return Path.cwd() / found


def _is_alone(arguments: list[str]) -> bool:
    """Whether a run has one process, or says itself how many; a replay shares nothing either."""
    if any("::" in argument for argument in arguments):
        return True  # few tests are asked for
    replays = "--target cassette" in " ".join(arguments).replace("=", " ")
    alone = tuple(option for option in ALONE if not (replays and option == "--target"))
    return any(argument.startswith(alone) for argument in arguments)


def _contracts(names: tuple[str, ...]) -> dict[str, Contract]:
    try:
        contracts = {name: Contract.load(root() / "specs" / name) for name in _specified(names)}
    except ContractError as broken:
        raise _WrongError(str(broken)) from None
    for note in (note for contract in contracts.values() for note in lint_notes(contract)):
        click.echo(f"NOTE: {note}", err=True)
    return contracts


class _WrongError(click.ClickException):
    """What is wrong with what was asked for, in one sentence."""

    exit_code = Exit.REFUSED


class _BrokenError(click.ClickException):
    """What broke by our own fault, in one sentence."""

    exit_code = Exit.ERROR


def _known(names: tuple[str, ...]) -> list[str]:
    known = apis.names()
    for name in names:
        if name not in known:
            raise _WrongError(
                f"there is no API {name!r}{did_you_mean(name, known)}; choose of: {', '.join(known)}."
            )
    return list(names) or known


def _specified(names: tuple[str, ...]) -> list[str]:
    """Those that are named, else all that have a contract here."""
    known = _known(names)
    return list(names) or [name for name in known if (root() / "specs" / name).is_dir()]


def _as_toml(tables: dict[str, dict[str, Any]]) -> str:
    """A target of tuningfork.toml that names the served mocks."""
    target = {"writes": True, "rate": "1000/s", "timeout": 30, "settle": 0, **tables}
    return tomli_w.dumps({"targets": {"served": target}})
