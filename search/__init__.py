"""One query language, one engine contract, two engines, one ranking."""
