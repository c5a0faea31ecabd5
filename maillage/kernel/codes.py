"""Codes that people read on paper and type: fours of signs, none of which looks like another."""

SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32, five bits each: no 0 and O, no 1 and I, for tired eyes


def in_fours(signs: str) -> str:
    """« ABCD2345 » → « ABCD-2345 »."""
    return "-".join(signs[start : start + 4] for start in range(0, len(signs), 4))


def signs_of(typed: str) -> str:
    """The signs of a code as people type it: any case, with or without dashes."""
    return "".join(sign for sign in typed.upper() if sign in SIGNS)
