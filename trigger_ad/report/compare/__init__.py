"""The page of a comparison of scores."""
