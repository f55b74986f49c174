"""What single fields of a record hold, each in one spelling.

- `dates`: years, months, dates; `identifiers`: DOIs, arXiv identifiers, PMIDs, serial numbers, ORCIDs.
- `author_lists`: who is in a list of people; `author_names`: the parts of one name;
  `affiliation_marks`: what points from a name to an affiliation.
- `tag_lists`: keywords; `literal_lists`: lists as programs print them; `retractions`: notices.
- `given_ids`: the ids that lists, notes, search books and reviews are given here.
"""
