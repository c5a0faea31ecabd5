"""What volunteering adds to the demo territory."""

from maillage.engage.volunteering import demo
from maillage.kernel import hooks

hooks.demo.add(hooks.Demo("volunteering", order=20, fill=demo.fill))
