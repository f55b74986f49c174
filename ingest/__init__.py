"""Documents: readers, harvesters, cleaning, text analysis, duplicates, the library."""
