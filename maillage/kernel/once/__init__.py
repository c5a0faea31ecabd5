"""A form or a call sent twice does its work once.

One noun, `Done`: a key that was used, and the address it led to. The key is written first, in the transaction of the
work itself: a second sender waits for the first and gets the same answer; if the work fails, the key goes with it.
"""
