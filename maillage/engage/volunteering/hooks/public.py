"""What volunteering adds to pages that everybody sees, and to my own space."""
