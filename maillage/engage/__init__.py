"""What people do together: volunteering, mutual aid, workspaces."""
