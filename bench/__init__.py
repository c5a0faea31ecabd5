"""Figures of the house, each printed with its bar: `bin/bench [NAME…]`. What they are compared with lives here too."""
