"""The contract of an API: its OpenAPI document (openapi.yaml) and its claims (claims.toml)."""
