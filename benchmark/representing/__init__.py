"""What the networks of the board's cells hold: activations, probes, similarity, tuning and graphs, and one report."""
