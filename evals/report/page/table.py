"""The tables, which stand on the page without a script: figures, groups and rules by model, and cases x models."""

from collections.abc import Sequence

from agent.transcript.markup import Html, join, tag
from agent.transcript.page import subject
from evals.report import words
from evals.report.page.trial import OUTCOMES
from evals.report.statistics import Rate
from evals.report.summary import Group, Model, Summary
from evals.trial import Trial
from tools.render.plain import counted


def figures(summary: Summary) -> Html:
    """Figures down, models across."""
    rows = [("pass@1", [_rate(model.rate) for model in summary.models])]
    if (k := words.most_trials(summary)) > 1:
        rows.append((f"pass@{k}, one of {k}", [_rate(model.any.get(k)) for model in summary.models]))
        rows.append((f"pass^{k}, all of {k}", [_rate(model.all.get(k)) for model in summary.models]))
    rows.append(("Score", [_score(model) for model in summary.models]))
    told = [words.figures(model) for model in summary.models]
    rows += [(name, [tag("td", own[nth][1]) for own in told]) for nth, (name, _) in enumerate(told[0] if told else [])]
    rows.append(("Trials", [tag("td", f"{model.trials:,}") for model in summary.models]))
    rows.append(("Infra, in no rate", [tag("td", str(model.infra or "–")) for model in summary.models]))
    heads = (tag("th", model.model, scope="col") for model in summary.models)
    body = (tag("tr", tag("th", name, scope="row"), cells) for name, cells in rows)
    table = tag("table", tag("thead", tag("tr", tag("td"), heads)), tag("tbody", body), class_="numbers")
    return _wide(table, "Figures by model")


def _rate(rate: Rate | None) -> Html:
    if rate is None:
        return tag("td", "–")
    return tag("td", tag("b", words.percent(rate.value)), " ", tag("span", words.span(rate.interval), class_="quiet"))


def _score(model: Model) -> Html:
    if not model.score:
        return tag("td", "–")
    low, high = model.score.interval
    return tag("td", tag("b", f"{model.score.value:.1f}"), " ", tag("span", f"{low:.1f}–{high:.1f}", class_="quiet"))


def groups(summary: Summary) -> Html | None:
    """Projects and tags down, models across."""
    kinds = [("Project", [model.projects for model in summary.models]), ("Tag", [m.tags for m in summary.models])]
    body = []
    for kind, by_model in kinds:
        own = [{group.name: group for group in told} for told in by_model]
        for name in sorted({name for told in own for name in told}):
            cells = (_group(told.get(name)) for told in own)
            body.append(tag("tr", tag("th", f"{kind} ", tag("b", name), scope="row"), cells))
    if not body:
        return None
    heads = (tag("th", model.model, scope="col") for model in summary.models)
    return _wide(
        tag("table", tag("thead", tag("tr", tag("td"), heads)), tag("tbody", body), class_="numbers"), "Groups"
    )


def _group(group: Group | None) -> Html:
    if group is None:
        return tag("td", "–")
    return tag(
        "td",
        tag("b", words.percent(group.rate.value)),
        tag("span", f" {words.span(group.rate.interval)}, {counted(group.rate.cases, 'case')}", class_="quiet"),
    )


def rules(summary: Summary) -> Html | None:
    """A row for each rule that a model's first drafts broke."""
    body = [
        tag(
            "tr",
            tag("td", model.model),
            tag("th", tag("code", rule.rule), scope="row"),
            tag("td", f"{rule.trials} of {model.trials}", class_="number"),
            tag("td", str(rule.mended), class_="number"),
            tag("td", ", ".join(rule.cases), class_="quiet"),
        )
        for model in summary.models
        for rule in model.rules
    ]
    heads = (tag("th", name, scope="col") for name in ("Model", "Rule", "Trials", "Mended", "Cases"))
    table = tag("table", tag("thead", tag("tr", heads)), tag("tbody", body), class_="evidence")
    return _wide(table, "Rules") if body else None


def _wide(table: Html, label: str) -> Html:
    """What scrolls sideways by itself, with the keyboard too."""
    return tag("div", table, class_="wide", tabindex="0", role="region", aria_label=label)


def cases(summary: Summary, trials: Sequence[Trial]) -> Html:
    """A row a case, a button a trial.

    `data-t` is the trial's place in `trials`; projects and tags go by their places in `projects` and `tags`.
    """
    own: dict[tuple[str, str], list[tuple[int, Trial]]] = {}
    first: dict[str, Trial] = {}
    for nth, trial in enumerate(trials):
        own.setdefault((trial.case, trial.model), []).append((nth, trial))
        first.setdefault(trial.case, trial)
    heads = [_head("Case"), _head("Project"), *(_head(model.model) for model in summary.models)]
    body = (
        _row(
            first[case], [own.get((case, model.model), []) for model in summary.models], projects(trials), tags(trials)
        )
        for case in summary.cases
    )
    table = tag("table", tag("thead", tag("tr", heads)), tag("tbody", body), class_="cases", id="cases")
    return _wide(table, "Cases and trials")


def _head(name: str) -> Html:
    return tag("th", tag("button", name, type="button"), scope="col")


def projects(trials: Sequence[Trial]) -> list[str]:
    return sorted({trial.project for trial in trials if trial.project})


def tags(trials: Sequence[Trial]) -> list[str]:
    return sorted({each for trial in trials for each in trial.tags})


def _row(
    trial: Trial, models: Sequence[Sequence[tuple[int, Trial]]], known_projects: list[str], known_tags: list[str]
) -> Html:
    name = join(tag("b", trial.case), tag("span", subject(trial.request), class_="quiet"))
    words = " ".join(trial.tags)
    shares = [_share([one for _, one in own]) for own in models]
    cells = (tag("td", map(_button, own), data_v=share) for own, share in zip(models, shares, strict=True))
    return tag(
        "tr",
        tag("th", name, tag("span", words, class_="tags") if words else None, scope="row"),
        tag("td", trial.project, class_="project"),
        cells,
        data_request=trial.request,
        data_kind=_kind([share for share in shares if share]),
        data_project=str(known_projects.index(trial.project)) if trial.project else "",
        data_tag=" ".join(str(known_tags.index(each)) for each in trial.tags),
    )


def _share(trials: Sequence[Trial]) -> str:
    """What a column is sorted by; empty where nothing is known."""
    told = [trial for trial in trials if trial.outcome != "infra"]
    return f"{sum(trial.outcome == 'pass' for trial in told) / len(told):.4f}" if told else ""


def _kind(shares: Sequence[str]) -> str:
    """Words that the filter knows: failed (not always passed), unstable (some trials of a model only), split."""
    values = [float(share) for share in shares]
    kinds = {
        "failed": any(value < 1 for value in values),
        "unstable": any(0 < value < 1 for value in values),
        "split": len(set(values)) > 1,
    }
    return " ".join(kind for kind, holds in kinds.items() if holds)


def _button(numbered: tuple[int, Trial]) -> Html:
    nth, trial = numbered
    sign, tone, word = OUTCOMES[trial.outcome]
    score = f", score {trial.score}" if trial.outcome == "fail" else ""
    label = f"trial {trial.trial}: {word}{score}"
    return tag("button", sign, class_=tone, data_t=str(nth), title=label, aria_label=label, type="button")
