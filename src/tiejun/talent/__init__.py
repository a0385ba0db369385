"""Skills: three hearts, three powers and the practical skills, with levels, evidence, and what to practise next."""
