"""The graph store on disk: arrays, manifest, folds."""
