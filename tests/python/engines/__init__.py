"""The same rows on every engine: servers that the tests start themselves, and what they compare."""
