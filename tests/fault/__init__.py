"""The fault suite: `python -m tests.fault` runs all of it, the tests in this folder its quick half."""
