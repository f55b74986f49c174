"""From papers to a hierarchy.

- `build`: the whole of it; `number_of_topics`: how many each level has; `collection_aggregation`: how
  collections become leaves.
- `sample`: which papers a large library's model is learned from; `remaining_papers`: where the others lie.
- `clusters`: where levels start, and leaves that are given up; `topic_tree`: the tree over the leaves.
- `trainer`: both trainers behind one function; `bigartm`: in a process of its own; `portable`: in numpy.
- `final_pass`: one more pass over the papers, for names and fit; `finish`: from trained levels to what
  readers meet.
"""
