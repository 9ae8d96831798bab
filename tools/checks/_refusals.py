"""What the new constraints were seen to refuse, as findings and as evidence."""

from collections.abc import Iterator, Sequence

from tools.checks._statements import at_column
from tools.checks.base import finding
from tools.observe import Observed
from tools.proofs.refusals import Refusal
from tools.render.plain import counted
from tools.report import Finding


def new_refusals(seen: Observed) -> list[Refusal]:
    """Of constraints that this migration brings."""
    return [refusal for refusal in seen.proofs.refusals if _is_news(seen, refusal)] if seen.proofs else []


def _is_news(seen: Observed, refusal: Refusal) -> bool:
    """It is not an old constraint of a table or column that was only renamed."""
    name = f"{refusal.constraint.table}/{refusal.constraint.name}"
    was, now = seen.before.get("constraint", name), seen.after.get("constraint", name)
    return not was or was.get("definition") != now.get("definition")


def proved(seen: Observed, tried: Sequence[Refusal]) -> str:
    """The evidence: what was tried, and what could not be."""
    if why := seen.unproved("constraints"):
        return f"not tried on rows: {why}"
    if not tried:
        return "no new constraint"
    proved = sum(refusal.proved for refusal in tried)
    said = f"proved: {proved} of {counted(len(tried), 'constraint')} refuse a row that breaks them and let one through"
    open_ = [f"{r.constraint.words} ({r.why})" for r in tried if not (r.proved or r.dead or r.unsatisfiable)]
    return f"{said}; not proved: {', '.join(open_)}" if open_ else said


def idle(seen: Observed, refusal: Refusal) -> Iterator[Finding]:
    """A CHECK that refuses nothing, or everything."""
    constraint = refusal.constraint
    if not (refusal.dead or refusal.unsatisfiable):
        return
    line, column = seen.line_of(constraint.name)
    where = {"line": line, "column": column}
    if line is None:
        where = at_column(seen, constraint.table, constraint.columns[0])
    what = "refuses nothing: no value breaks" if refusal.dead else "lets nothing in: no value satisfies"
    yield finding(
        "constraints/dead" if refusal.dead else "constraints/unsatisfiable",
        f"{constraint.table}: the constraint {constraint.name} {what} {constraint.definition}.",
        hint="Look for OR where AND is meant, a NULL among the values, or a bound that is always met."
        if refusal.dead
        else "Look for AND where OR is meant, or bounds that are the wrong way round.",
        object=f"{constraint.table}.{constraint.name}",
        **where,
    )
