"""The objects: signed-distance solids, their meshes and the grips that fit them."""
