"""The HTTP client: target configuration, requests, exchange log, created resources and cassettes."""
