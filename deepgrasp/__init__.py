"""The science of DeepGrasp Bench: grasping data, graphs, tasks, metrics and the attention STGCN."""
