"""What volunteering adds to the house: everyone's pages (`public`), the desk, its messages, a person's data, the demo territory, what it hears."""

from maillage.engage.volunteering.hooks import demo, desk, heard, messages, personal_data, public

__all__ = ["demo", "desk", "heard", "messages", "personal_data", "public"]
