"""How likely something is to come to pass, learned from what came to pass before; no score rather than one that knows nothing.

- ``problem``      examples, terms and the verdict as plain values
- ``model``       a learned model: chances, what moves them, its bytes
- ``packing``     questions and answers as bytes, for another process
- ``encoding``     columns → one matrix for both methods
- ``logistic``     penalised logistic regression: the floor, and the last step of each calibration
- ``boosting``     gradient-boosted trees (LightGBM)
- ``calibration``  what a method says → how often it is so
- ``measures``     log loss, area under the curve, calibration error
- ``learning``     fits, calibrates on the newest, judges out of time
- ``judging``     scores with reasons from learned models
- ``apart``        all of it in a process of its own: nobody else loads numpy or LightGBM
"""
