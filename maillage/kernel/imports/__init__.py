"""Bringing files in, handing tables out.

One noun, `Import`: a file that is read once or again, with its counts, where it stands, and its refused lines. `reading`
opens any CSV (encoding, separator, damaged lines) in constant memory and says where each record ends, so that a killed
import goes on from there. `writing` makes every CSV of the house, safe to open in a spreadsheet.
"""
