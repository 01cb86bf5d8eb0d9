"""The licence-free stand-in: bodies, objects, motion and contact in the file formats of GRAB, SMPL-X and MANO."""
