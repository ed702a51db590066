"""The page index.html: the results of a run, or the claims of a contract, as documentation for people."""

from tuningfork.report.page.document import INDEX_FILE, render
from tuningfork.report.page.faults import Fault, read_faults

__all__ = ["INDEX_FILE", "Fault", "read_faults", "render"]
