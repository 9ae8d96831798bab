"""The agent on GitHub: `jobs` is what workflows and servers call, with an event and a client.

event, command      what a comment says              permission, thread    whose it is, and in which conversation
snapshot            the project at a commit          drafting, dialogue    the loop, without the right to write
artefact, paths     what one job hands to the other  verify, publish       the check once more; branch, pull request
settings, scratch   how it is run, and in which folder
status, answers     what is said on the issue        pull_body, changes    what is said on the pull request
"""
