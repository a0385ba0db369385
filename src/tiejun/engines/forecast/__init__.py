"""Forecasts of counts: what people will sign, how sure that is, and which promises depart from their history.

- ``forecast.terms``       ``History``, ``Prediction``: what goes in and what comes out
- ``forecast.counts``      ``predict``: empirical-Bayes gamma-Poisson with negative-binomial intervals
- ``forecast.coherence``   one tree of person-days in thousandths of a deal, whose sums agree exactly at every level
- ``forecast.commitments`` ``judge``: whether a commitment departs from what the person's promises usually look like
- ``forecast.scoring``     M-F1 to M-F5, calibration of intervals

Reference: Robbins' gamma-Poisson empirical Bayes; split conformal widening after Vovk et al., *Algorithmic Learning in a
Random World*, 2005.
"""
