"""What volunteering adds to the house: to everyone's pages (`public`), to the desk (`desk`), to the demo territory."""

from maillage.engage.volunteering.hooks import demo, desk, public

__all__ = ["demo", "desk", "public"]
