"""Documents for people to keep: tagged PDF made by Typst."""
