"""``python -m litatlas`` is the command line."""

from litatlas.cli.main import main

if __name__ == "__main__":
    main()
