"""Other machines.

- `addresses`: what is an address; `endpoint`: asking one that speaks as OpenAI's API does, by one deadline.
"""
