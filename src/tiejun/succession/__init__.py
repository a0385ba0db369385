"""What somebody who leaves held goes over to colleagues: looked at first, in one step, nothing lost."""
