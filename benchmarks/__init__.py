"""Speed, measured here: `make bench`, or `python -m benchmarks NAME` for one of them. Nothing here is a test."""
