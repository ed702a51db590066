"""The handlers: one function per operation, with the mock, the request and the ids of the path."""
