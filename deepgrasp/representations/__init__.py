"""What the layers of a network hold: activations, linear probes, similarity, tuning, learned graphs and gates."""
