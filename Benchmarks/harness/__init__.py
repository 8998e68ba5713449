"""The parts of `make bench`. `Benchmarks/run.py` puts them together."""
