"""What each operation does: one function each, taking the mock, the call and the ids of the path."""
