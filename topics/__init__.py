"""The aggregated hierarchical topic model: corpus, vectors, training, inference, labels, quality, map."""
