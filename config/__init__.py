"""The settings, the addresses, and the product’s own command: this room knows all the others, and none knows it."""
