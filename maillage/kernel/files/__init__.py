"""Files people entrust to us: checked, encrypted at rest, shown only to whom they concern."""
