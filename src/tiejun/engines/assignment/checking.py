"""Does an answer keep the rules of its problem? Written apart from the solver, in plain loops, to be trusted instead of it."""

from collections import Counter

from tiejun.engines.assignment.problem import Answer, Lead, Problem, Rep


def violations(problem: Problem, answer: Answer) -> list[str]:
    """Return what an answer breaks, in words for engineers; empty when it keeps every rule."""
    leads = {lead.key: lead for lead in problem.leads}
    reps = {rep.key: rep for rep in problem.reps}
    found: list[str] = []
    for pick in answer.picks:
        lead, rep = leads.get(pick.lead), reps.get(pick.rep)
        if lead is None or rep is None:
            found.append(f"{pick.lead} to {pick.rep}: not in the problem")
        else:
            found += [f"{pick.lead} to {pick.rep}: {fault}" for fault in _faults(lead, rep)]
            if not pick.reasons:
                found.append(f"{pick.lead} to {pick.rep}: no reason")
    found += [
        f"{key}: given {times} times" for key, times in Counter(p.lead for p in answer.picks).items() if times > 1
    ]
    given = Counter(pick.rep for pick in answer.picks)
    found += [f"{key}: {given[key]} leads, room for {rep.room}" for key, rep in reps.items() if given[key] > rep.room]
    return found + _wrong_shares(answer, given)


def _faults(lead: Lead, rep: Rep) -> list[str]:
    within = not rep.patches or any(patch.holds(lead.district, lead.building, lead.segment) for patch in rep.patches)
    checks = (
        (lead.pool in rep.pools, "outside the person's pools"),
        (within, "outside the territory"),
        (lead.key not in rep.barred, "under a cool-down"),
    )
    return [fault for is_kept, fault in checks if not is_kept]


def _wrong_shares(answer: Answer, given: Counter[str]) -> list[str]:
    wrong = [
        f"{share.rep}: told {share.given} leads, given {given[share.rep]}"
        for share in answer.shares
        if share.given != given[share.rep]
    ]
    value = sum(pick.value_minor for pick in answer.picks)
    if value != answer.figures.value_minor:
        wrong.append(f"told a value of {answer.figures.value_minor}, given {value}")
    return wrong
