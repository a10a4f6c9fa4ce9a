"""The benchmark of the main job, each figure beside its floor: ``python -m scripts.bench``."""
