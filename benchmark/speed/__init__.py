"""What the benchmark costs, measured: ratios of two sides in one run."""
