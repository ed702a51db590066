"""Results in which every text that a target can influence is hostile."""

from __future__ import annotations

from tuningfork.report.exchange import ExchangeRecord, Message
from tuningfork.report.results import ClaimResult, Results
from tuningfork.report.test_result import Violation

TITLE = "<script>document.title = 'broken'</script>"
TEXT = (
    f"{TITLE} </script></style></details></main> <img src=x onerror=\"document.title = 'broken'\"> "
    "<a href=\"javascript:document.title='broken'\">a</a> &amp; <!-- {{ 7 * 7 }} "
    "\0 \x1b[31m \x9b31m \u202ertl \u2066 \ud800"
)
LONG_LINE = "A" * 1_000_000


def hostile(results: Results) -> Results:
    """Return the results with hostile texts in violations, exchanges, reasons, errors and operations."""
    claims = [_claim(claim) for claim in results.claims]
    operations = [
        stats.model_copy(update={"unseen_properties": [TEXT], "summary": TEXT})
        for stats in results.operations
    ]
    run = results.run.model_copy(update={"errors": [TEXT], "lost": TEXT, "complete": False})
    return results.model_copy(update={"run": run, "claims": claims, "operations": operations})


def _claim(claim: ClaimResult) -> ClaimResult:
    """Return the claim with hostile evidence."""
    update = {
        "reason": claim.reason and TEXT,
        "violations": [_violation(each) for each in claim.violations],
        "exchanges": [_exchange(each) for each in claim.exchanges],
    }
    return claim.model_copy(update=update)


def _violation(violation: Violation) -> Violation:
    """Return the violation with hostile texts and exchanges."""
    texts = dict.fromkeys(("expected", "found", "pointer", "reproduce"), TEXT)
    exchange = violation.exchange and _exchange(violation.exchange)
    return violation.model_copy(update={**texts, "exchange": exchange})


def _exchange(exchange: ExchangeRecord) -> ExchangeRecord:
    """Return the exchange with hostile texts, and one line of 1 MB in its body."""
    message = Message(headers=[(TEXT, TEXT)], body=f"{TEXT}{LONG_LINE}")
    texts = dict.fromkeys(("url", "reason", "curl"), TEXT)
    return exchange.model_copy(update={**texts, "request": message, "response": message})
