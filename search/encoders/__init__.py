"""Sentence encoders of one's own, optional: nothing here is imported unless the setting `encoder` names one.

- `encoder`: what an encoder is, and how what it returns is checked; `opening`: the one that a setting names.
- `onnx_folder`: a folder with an ONNX model; `bert_graph`: such a model made from the weights of BERT;
  `endpoint`: an address that speaks as OpenAI's ``/embeddings``.
- `vector_store`: the papers' vectors on disk; `queries`: the vector of a query, or why there is none.
"""
