"""What volunteering adds to an association’s desk."""
