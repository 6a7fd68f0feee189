"""Autoregressive flow: the density of background events, and how rare an event is under it.

After section 3 of Caron, Hendriks and Verheyen (arXiv:2106.10164): rational-quadratic splines
(Durkan et al., NeurIPS 2019) whose knots come from masked networks (Germain et al., ICML 2015).

Of the libraries that have both, TensorFlow Probability 0.25 is of 2024, asks for a module that
Python 3.12 no longer has and keeps its masks by optimizers of Keras 2 alone, and FlowJAX and Zuko
would bring JAX or PyTorch as a second and larger framework beside TensorFlow.
"""
