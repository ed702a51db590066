"""The contract of an API: its OpenAPI document and its claims."""
