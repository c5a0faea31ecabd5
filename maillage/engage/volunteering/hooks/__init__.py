"""What volunteering adds to the house: to everyone's pages (`public`) and to the desk (`desk`)."""

from maillage.engage.volunteering.hooks import desk, public

__all__ = ["desk", "public"]
