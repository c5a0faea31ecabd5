"""Print the house: every package with the first line of its docstring."""

import ast
from pathlib import Path

for init in sorted(Path("maillage").rglob("__init__.py")):
    folder = init.parent
    doc = ast.get_docstring(ast.parse(init.read_text()))
    if doc:
        indent = "  " * (len(folder.parts) - 1)
        print(f"{indent + folder.name:<26}{doc.splitlines()[0]}")
