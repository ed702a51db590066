"""Why the guard refuses to send a request."""

NEVER_SENT = "conventions.yaml says that the request is never sent"
READ_ONLY = "the request would change data, and the run is read-only"
NOT_CREATED_BY_RUN = "the request would change data that this run did not create"
NOT_DECLARED = "no resource or relation of conventions.yaml says what the request changes"
UNREADABLE_STATE = "the current state can't be read, so the change could not be undone"
REFUSALS = frozenset([NEVER_SENT, READ_ONLY, NOT_CREATED_BY_RUN, NOT_DECLARED])
"""Why a request is not sent, regardless of what other processes of the run do."""
