"""The network around an entrant: readout, heads and losses."""
