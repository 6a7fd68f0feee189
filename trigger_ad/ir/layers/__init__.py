"""What hardware layers compute, in integers, over flat vectors: a file for each kind.

Everything between words and scores is one of four: `linear` (dense, convolution, shared between
particles, sums and averages of windows), `maximum` (of windows), `merge` (several vectors to one)
and `cast` (a change of type, with ReLU). Where a layer reads its source is a table of places, so
that no kind knows of images or particles.
"""
