"""The house: a kernel, five chapters of modules, the frame of every page, and the wiring between them."""
