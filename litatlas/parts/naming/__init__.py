"""Names that a language model proposes for topics.

- ``proposals``: drafts with numbers, which a person accepts or refuses
- ``language_model``: asking an OpenAI-shaped endpoint
- ``proposal_answers``: the shapes of the answers
"""
