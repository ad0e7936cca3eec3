"""Reports: cycles, reports with an answer per commitment, and the members' duty to report."""
