"""Who gets which lead tonight: the greatest expected value that territory, cool-downs, lists and fairness allow.

- ``problem``   leads, people and weights as plain values, and the answer with its reasons
- ``packing``   a problem and an answer as bytes, so that both can be kept, compared and solved in another process
- ``solving``   the answer (needs numpy and OR-Tools; import it where it is used, or let ``apart`` do it)
- ``apart``     the same in a process of its own, which gives its memory back
- ``checking``  an independent look: does an answer break a rule of its problem?
- ``measures``  Gini and shares
"""
