"""The command line: signatures, streams and exit codes. What the verbs do is in :mod:`bench.api`."""
