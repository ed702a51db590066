"""Code that the mocks of all APIs share."""
