"""How a take is acted: grasps, paths of hands and object, and the whole body around them."""
