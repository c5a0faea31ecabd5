"""What every template may say."""
