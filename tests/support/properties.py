"""How property tests run: no time limit for a single example, because the machine may be busy with other things."""

from hypothesis import settings

settings.register_profile("house", deadline=None)
settings.load_profile("house")
