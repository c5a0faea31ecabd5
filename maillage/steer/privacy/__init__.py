"""What a person may ask about their data: see it, take it, have it erased."""
