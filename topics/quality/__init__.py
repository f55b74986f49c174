"""How good topics are.

- `measures`: on papers that the model never saw; `report`: what ``quality`` answers; `verdicts`: it
  in a sentence.
"""
