"""What volunteering adds to the house: everyone's pages (`public`), the desk, its messages, a person's data, the demo territory."""

from maillage.engage.volunteering.hooks import demo, desk, messages, personal_data, public

__all__ = ["demo", "desk", "messages", "personal_data", "public"]
