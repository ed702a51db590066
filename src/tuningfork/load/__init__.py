"""Load as conformance: many users at once, and every response judged by the claims of the API.

Only the process of `tuningfork load` imports this package, because Locust patches the standard library.
"""
