"""Day plans, visits, evidence, the verdict, the evening lock and amendments: what happened in the field."""
