"""Bringing files in: any encoding, any separator, refused lines with their reason, resumable."""
