"""The frame of every page: doors, menu, desk, account, and the design system."""
