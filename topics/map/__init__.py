"""The map of knowledge.

- `layout`: a Voronoi treemap of the hierarchy; `sites`: places inside a cell; `power_diagram`: its geometry.
"""
