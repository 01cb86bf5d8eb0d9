"""The body: SMPL-X and MANO model files, meshes, hands and skin."""
