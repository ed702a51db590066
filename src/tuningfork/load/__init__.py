"""Load as conformance: many users at once, and every response judged by the claims of the API.

`swarm` imports Locust, which patches the standard library; only the process of `tuningfork load` imports it.
"""
