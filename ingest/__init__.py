"""Documents: readers, harvesters, cleaning, text analysis, duplicates, the library.

In the order of an ``add``:

- `input_files`: files and folders → records; `archives`: packed files; `sandbox`: hostile files in child
  processes.
- `readers/`: one file a format; `harvest/`: live sources; `text/`: cleaning and analysis; `values/`: dates,
  identifiers, people, keywords.
- `document`: what every reader yields; `preview`: the first records before anything is stored.
- `intake`: records into the library, in batches; `preparing`: what is worked out before; `duplicates/`: which
  are one.
- `library/`: the single source of truth; `writers/`: documents in export formats; `citation_keys`: the keys
  that they cite papers by.
- `network/`: other machines, asked within bounds.
- For every room: `errors`, `progress`, `parallel` (processes), `locks` (one writer), `arrays` (stored
  arrays), `checksums` (of stored files).
"""
