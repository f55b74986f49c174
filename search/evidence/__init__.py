"""What is known of papers beside the index: counts, flat topic models, LSA vectors and nearest papers.

- `training`: from a pass over the papers to saved models, called by a build after the topic model;
  `latent_models`: topic models and LSA vectors; `arithmetic`: what training and ranking share.
- `ranking_models`: the saved models; `evidence`: what they know of candidates; `added_papers`: folds in
  papers that came since.
- `tfidf`: cosines between papers, texts and sets of papers; `conjugate_gradients`: least squares.
"""
