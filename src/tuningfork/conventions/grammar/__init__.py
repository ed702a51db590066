"""The values of conventions.yaml: statuses, responses, locations, forms, texts and patterns of operations."""
