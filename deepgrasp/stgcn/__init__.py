"""The attention STGCN: an encoder of spatio-temporal graphs, its blocks, and the library's block beside ours."""
