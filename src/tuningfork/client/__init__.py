"""What is held against a contract: its configuration, its client, its records."""
