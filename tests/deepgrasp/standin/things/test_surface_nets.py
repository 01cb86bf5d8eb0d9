"""Surface nets give closed meshes."""

from deepgrasp.standin.things import shaping as sh
from deepgrasp.standin.things import solids as sd
from deepgrasp.standin.things.surface_nets import mesh


def test_parts_that_meet_in_an_edge_give_a_closed_mesh():
    import trimesh

    halves = [sd.box((0.04, 0.04, 0.04), at=(s * 0.02, s * 0.02, 0), edge=1e-4) for s in (1, -1)]
    assert trimesh.Trimesh(*mesh(sh.union(*halves)), process=False).is_watertight
