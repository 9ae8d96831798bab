"""Cases x models x trials, played on throwaway servers; each trial is a row on disk before the next one counts.

plan -> schedule -> places (slots of this process, or workers of a cluster) -> rows
"""
