import sys

from config.command import main

sys.exit(main())
