"""The evidence of what each test costs and finds, and the choice of tests by it."""
