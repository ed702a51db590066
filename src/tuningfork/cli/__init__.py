"""The command line: `tuningfork COMMAND`."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import click
import pytest
import tomli_w

from tuningfork import apis
from tuningfork.apis import ApiError
from tuningfork.audit import results
from tuningfork.audit.fault import UnknownPatch, apply_patches, require_known
from tuningfork.checks import schema
from tuningfork.cli.errors import CommandError, InternalError
from tuningfork.cli.report import report
from tuningfork.cli.selected_apis import selected_apis, selected_contracts, selected_mocks
from tuningfork.client.config import BUILT_IN_TARGETS, ConfigurationError, load_base_urls, read_targets
from tuningfork.client.config import FILE_NAME as CONFIGURATION
from tuningfork.client.setting_variables import setting_variables
from tuningfork.contract.errors import ContractError
from tuningfork.contract.lint import lint as find_errors
from tuningfork.contract.lint import lint_notes
from tuningfork.contract.openapi import Contract
from tuningfork.mock.server import Server
from tuningfork.pytest_plugin import internal_error, options, run_arguments, streams
from tuningfork.pytest_plugin.api_selection import default_apis
from tuningfork.pytest_plugin.audit_session import AuditOptions, AuditPlugin
from tuningfork.pytest_plugin.collection_root import SUITES, collection_root
from tuningfork.pytest_plugin.progress import ProgressPlugin
from tuningfork.pytest_plugin.signals import handle_interrupts
from tuningfork.pytest_plugin.startup_errors import StartupErrors
from tuningfork.pytest_plugin.traceability import ClaimTrace, CollectionError, trace_claims
from tuningfork.redaction import Disclosure, printable_line
from tuningfork.report import table, traffic, traffic_json, traffic_report
from tuningfork.report.address import Address, UrlError
from tuningfork.report.checked_exchange import CheckedExchange
from tuningfork.report.exit_codes import Exit
from tuningfork.report.recorded_exchange import TrafficError
from tuningfork.report.sections import plural

QUIETLY = ("-q", "-p", "no:cacheprovider", "-W", "default", "--assert", "plain")
"""Options for short output; plain asserts, because rewriting hundreds of modules takes seconds."""
WORKERS = ("-n", "2", "--dist", "worksteal")
"""Two processes for the mock, each with a mock of its own; on another target they would share users.

`worksteal` keeps the tests of a module together, which share what they have read.
"""
MAX_WORKERS = max(8, 2 * (os.cpu_count() or 1))
"""Upper bound of -n."""
AUDITING = ("--hypothesis-profile", "audit", "--capture", "no", "--tb", "line", "-p", "no:randomly")
IDLE_S = 3600
"""Seconds without a request after which a served mock stops."""


class _Commands(click.Group):
    """Commands whose errors are one sentence with an exit code."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command and exit with its exit code; print an error as one sentence."""
        streams.ignore_write_errors()
        restore = handle_interrupts()
        try:
            sys.exit(super().main(*args, **extra | {"standalone_mode": False}))
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            sys.exit(Exit.REFUSED)
        except click.ClickException as error:
            message = Disclosure().line(" ".join(error.format_message().split()))
            click.echo(f"ERROR: {message}", err=True)
            sys.exit(Exit.REFUSED if isinstance(error, click.UsageError) else error.exit_code)
        finally:
            restore()

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; report an unexpected exception in one sentence and save its traceback to a file."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            sys.exit(Exit.INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except (ApiError, ContractError) as error:
            raise CommandError(printable_line(str(error))) from None
        except Exception as error:
            info, text = pytest.ExceptionInfo.from_exception(error), traceback.format_exception(error)
            message = internal_error.save_and_describe(info, "".join(text), Path(mkdtemp()))
            raise InternalError(message) from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tuningfork")
def main() -> None:
    """Test whether an HTTP API does what its documentation says."""


main.add_command(report)


class _RunCommand(click.Command):
    """The command `run`: pytest reads its options; its help lists those that are specific to a run."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options of the plugin and a few of pytest's."""
        with formatter.section("Options"):
            formatter.write_dl(options.described())


@main.command(cls=_RunCommand, context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS] [TEST ...]")
def run(arguments: tuple[str, ...]) -> None:
    """Run the suites against a target.

    TEST is a file or a test of suites/, such as suites/bookshop/test_books.py::test_list; without one, the
    suites of the working folder run, or those of all installed APIs if it has none.

    Every option of pytest and its plugins works too (pytest --help).
    """
    if option := run_arguments.repeated_option(arguments):
        raise CommandError(f"{option} is given twice; give it once.")
    homes = apis.discover(Path.cwd())
    with collection_root(Path.cwd(), homes) as root:
        test_arguments = [
            root.argument(argument) for argument in arguments if not _is_suites_folder(argument)
        ]
        if not any(argument.startswith(str(root.path / SUITES)) for argument in test_arguments):
            test_arguments += root.arguments(_collected_apis(arguments, homes))
        if not run_arguments.chooses_processes(test_arguments):
            test_arguments = [*WORKERS, *test_arguments]
        limit = f"--maxprocesses={MAX_WORKERS}"
        startup_errors = StartupErrors(run_arguments.report_folder(arguments))
        plugins = [startup_errors, ProgressPlugin(table.console())]
        code = int(pytest.main([*root.options(), *QUIETLY, limit, *test_arguments], plugins=plugins))
    sys.exit(code)


def _is_suites_folder(argument: str) -> bool:
    """Return whether an argument names the whole folder `suites`, which is what runs by default."""
    return argument.rstrip("/") == SUITES


def _collected_apis(arguments: Sequence[str], homes: Mapping[str, apis.ApiHome]) -> list[str]:
    """Return the APIs whose suites have to be collected, as far as the arguments show."""
    target = next(iter(run_arguments.values_of("--target", arguments)), "mock")
    named = run_arguments.values_of("--api", arguments)
    if named or target in BUILT_IN_TARGETS:
        return named or default_apis(homes)
    with contextlib.suppress(ConfigurationError):
        table = read_targets(Path(CONFIGURATION)).get(target)
        return [name for name in homes if isinstance(table, dict) and name in table]
    return []


@main.command()
@click.argument("names", nargs=-1, metavar="[API ...]")
@click.option(
    "--port",
    default=8701,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="port of the first API; each further API has the next port; 0 for free ports",
)
@click.option("--json", "as_json", is_flag=True, help="print the targets' tables as JSON")
@click.option("--env", "as_env", is_flag=True, help="print the settings of one API as variables of a shell")
@click.option(
    "--idle", default=IDLE_S, show_default=True, help="seconds without a request after which it stops"
)
@click.option("--fault", "faults", multiple=True, metavar="ID", help="apply this fault; may be repeated")
def serve(
    names: tuple[str, ...], port: int, as_json: bool, as_env: bool, idle: int, faults: tuple[str, ...]
) -> None:
    """Serve mocks on 127.0.0.1 and print the table of tuningfork.toml for each."""
    served = selected_mocks(names)
    if as_env and len(served) > 1:
        raise CommandError(f"--env is for one API; name one of {', '.join(served)}.")
    patches = [patch for name in served for patch in apis.patches(name)] if faults else []
    try:
        require_known(faults, patches)
    except UnknownPatch as error:
        raise CommandError(f"--fault: {error}") from None
    with contextlib.suppress(KeyboardInterrupt), contextlib.ExitStack() as stack:
        tables, servers = {}, []
        for offset, name in enumerate(served):
            mock = apply_patches(apis.mock(name), faults, patches)
            server = Server(mock, port and port + offset, idle=idle)
            try:
                servers.append(stack.enter_context(server))
            except (OSError, OverflowError):
                raise CommandError(f"port {port + offset} can't be used; choose another --port.") from None
            tables[name] = mock.settings(server.base_url)
        if as_env:
            click.echo(_as_exports(tables[served[0]]))
        else:
            click.echo(json.dumps(tables, indent=2) if as_json else _as_toml(tables))
        sys.stdout.flush()
        for server in servers:
            server.wait()


@main.command()
@click.option("--api", "names", multiple=True, help="only this API; may be repeated")
@click.option("--fault", "patterns", multiple=True, metavar="GLOB", help="only faults whose id matches")
@click.option("--variants", is_flag=True, help="conforming variants instead of faults: no test may fail")
@click.option("--wire", is_flag=True, help="only mutants of recorded responses")
@click.option("--all", "everything", is_flag=True, help="faults, variants and mutants")
@click.option(
    "--sample", type=click.IntRange(1), help="only this number of faults or variants, chosen by the commit"
)
@click.option("--jobs", type=click.IntRange(1), help="number of processes (default: one for each core)")
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
    """Apply each fault to its mock and check that a test fails."""
    plan = AuditOptions(
        patterns=patterns,
        faults=everything or not (variants or wire),
        variants=everything or variants,
        response_mutants=everything or wire or not (variants or patterns),
        sample=sample,
        processes=jobs,
    )
    audited = selected_mocks(names)
    selection = [*(f"--api={name}" for name in audited), f"--report-dir={report_dir}"]
    with collection_root(Path.cwd(), apis.homes()) as root:
        arguments = [*root.options(), *QUIETLY, *AUDITING, *selection, *root.arguments(audited)]
        code = int(pytest.main(arguments, plugins=[AuditPlugin(plan, table.console())]))
    sys.exit(code)


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--api", "name", help="the API that was recorded, if its host does not show it")
@click.option("--target", metavar="NAME", help="a target of tuningfork.toml whose hosts belong to the APIs")
@click.option("--json", "as_json", is_flag=True, help="print the findings as JSON")
def check(files: tuple[Path, ...], name: str | None, target: str | None, as_json: bool) -> None:
    """Check recorded traffic (HAR, VCR cassettes, Postman, Newman) against the contract, offline."""
    contracts = selected_contracts((name,) if name else ())
    checks = {api: (*apis.profile(api).checks, schema.conforms()) for api in contracts}
    claims = {claim.id: claim for contract in contracts.values() for claim in contract.claims.values()}
    hosts = {api: (url,) for api, url in _base_urls(target).items()}
    checked: list[CheckedExchange] = []
    disclosures = traffic_report.Disclosures({api: apis.profile(api).secret_locations for api in contracts})
    try:
        for file in files:
            recorded = traffic.read(file)
            disclosures.learn(each.with_empty_bodies() for each in recorded)
            checked += traffic.check_exchanges(recorded, list(contracts.values()), checks, name, hosts)
    except (TrafficError, ContractError) as error:
        raise CommandError(printable_line(str(error))) from None
    if as_json:
        click.echo(json.dumps(traffic_json.as_json(checked, claims, disclosures), indent=2))
    else:
        traffic_report.print_traffic(checked, claims, table.console(), disclosures)
    if not traffic_report.verifies_anything(checked):
        sys.exit(Exit.NOTHING_VERIFIED)
    sys.exit(Exit.FAILED if traffic_report.breaks_a_must(checked, claims) else Exit.OK)


def _base_urls(target: str | None) -> dict[str, str]:
    """Return the base URL of each API of a target in tuningfork.toml."""
    if target is None:
        return {}
    if target in ("mock", "cassette"):
        raise CommandError(f"--target {target} has no host of its own; name a target of {CONFIGURATION}.")
    file = Path(CONFIGURATION)
    try:
        urls = load_base_urls(file, target)
        for url in urls.values():
            Address.parse(url)
    except ConfigurationError as error:
        raise CommandError(printable_line(str(error))) from None
    except UrlError as error:
        raise CommandError(f"{file}: targets.{target}: a base_url {error}; correct it.") from None
    return urls


@main.command()
@click.option("--api", "names", multiple=True, help="only this API; may be repeated")
def lint(names: tuple[str, ...]) -> None:
    """Check claims.toml and openapi.yaml without running a test; exit code 4 if there is an error."""
    errors = []
    for name in selected_apis(names):
        folder = apis.home(name).specs
        api_errors = find_errors(folder)
        errors += api_errors
        for note in [] if api_errors else lint_notes(Contract.load(folder)):
            click.echo(f"NOTE: {note}")
        click.echo(f"{name}: {len(api_errors)} error{'' if len(api_errors) == 1 else 's'}")
    for error in errors:
        click.echo(f"ERROR: {error}", err=True)
    sys.exit(Exit.REFUSED if errors else Exit.OK)


@main.command()
@click.option(
    "--check", "strict", is_flag=True, help="fail if a claim has no test, or no fault that a test finds"
)
@click.option("--api", "names", multiple=True, help="only this API; may be repeated")
def claims(strict: bool, names: tuple[str, ...]) -> None:
    """List the claims with their tests, faults and cassettes."""
    try:
        traces = trace_claims(Path.cwd(), list(selected_contracts(names).values()))
    except CollectionError as error:
        raise CommandError(str(error)) from None
    for trace in traces:
        claim = trace.claim
        click.echo(
            f"{claim.id:<14}{claim.level:<8}{len(trace.tests):>4} tests{len(trace.faults):>4} faults"
            f"{len(trace.cassettes):>4} cassettes  {claim.promise}"
        )
    gaps = list(_trace_gaps(traces)) if strict else []
    for sentence in gaps:
        click.echo(sentence, err=True)
    if strict and not gaps:
        click.echo(f"{plural(len(traces), 'claim')}: each has a test and a fault.")
    sys.exit(Exit.FAILED if gaps else Exit.OK)


def _trace_gaps(traces: list[ClaimTrace]) -> Iterator[str]:
    """Yield a sentence on the claims without a test, without a fault, and with surviving faults only."""
    killed = results.read_killed(Path("reports")) or {}
    if untested := [trace.claim.id for trace in traces if not trace.tests]:
        yield f"no test judges {', '.join(untested)}; write one in suites/."
    if unproven := [trace.claim.id for trace in traces if not trace.faults]:
        yield f"no fault breaks {', '.join(unproven)}; write one in the faults of its API."
    if survived := [
        trace.claim.id
        for trace in traces
        if trace.faults and not any(killed.get(fault, True) for fault in trace.faults)
    ]:
        yield f"in the last audit every fault of {', '.join(survived)} survived; make a test stricter."


def _as_exports(table: Mapping[str, Any]) -> str:
    """Return the lines of a shell that export the settings of an API."""
    return "\n".join(f"export {name}={shlex.quote(text)}" for name, _, text in setting_variables(table))


def _as_toml(tables: dict[str, dict[str, Any]]) -> str:
    """Return the text of tuningfork.toml with the served mocks as one target."""
    target = {"writes": True, "rate": "1000/s", "timeout": 30, "settle": 0, **tables}
    return tomli_w.dumps({"targets": {"served": target}})
