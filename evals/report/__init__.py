"""What a run of trials says: `summary` counts one, `comparison` holds two against each other, the others show them.

Every rate is a mean over cases, and its interval counts cases, not trials: what a model did five times on one request
is one thing known about it, not five. Trials that ended as `infra` are in no rate.
"""
