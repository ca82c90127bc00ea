"""A simulated fleet of workflows, seeded: for the demo, the tests, the pictures and the
benchmarks."""
