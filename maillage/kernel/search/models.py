"""No models: `index.py` makes tables of words. Django tells only apps with this file that migrations are done."""
