"""A transcript as one HTML file: no script, no network, light and dark, for a screen, a phone and paper."""

import base64
import hashlib
import re
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from agent.transcript import events
from agent.transcript.markup import Child, Html, join, tag
from agent.transcript.parts import checklist, draft_card, folded, lines_of, listing
from agent.transcript.read import Asked, Call, Step, Told, Transcript, Turn
from agent.transcript.words import REASONS, cached, figures, gist, headline, money, outcome, spent
from tools.render.plain import counted, one_line, seconds

SHORT = 12
"""Lines of a result that is shown without unfolding."""
LONG = 120
"""Characters of a request that is too long for a heading."""


def render(run: Transcript) -> str:
    """The whole file."""
    style = files("agent.transcript").joinpath("page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = join(
        Html('<meta charset="utf-8">'),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html('<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">'),
        tag("title", f"{headline(run.request, 80)} · migration-agent"),
        Html(f"<style>{style}</style>"),
    )
    body = tag("main", _header(run), _result(run), checklist(run.drafts), story(run), bill(run), _footer(run))
    return f"<!doctype html>\n{tag('html', tag('head', head), tag('body', body), lang='en')}\n"


def _header(run: Transcript) -> Html:
    sign, tone, words = outcome(run.outcome)
    title = subject(run.request)
    whole = _words(run.request) if title != run.request.strip() else None
    facts = [run.model, moment(run.started), f"revises {run.file}" if run.file else None]
    return tag(
        "header",
        tag("p", tag("span", f"{sign} {words}", class_=f"badge {tone}"), tag("code", run.id), class_="kicker"),
        tag("h1", title or "No request"),
        whole,
        tag("p", " · ".join(filter(None, facts)), class_="quiet"),
        tag("dl", (_figure(*figure) for figure in figures(run)), class_="figures"),
    )


def subject(request: str) -> str:
    """The request, or of a long one its first clause."""
    whole = one_line(request[:2_000])
    if len(whole) <= LONG:
        return whole
    clause = re.match(r"(.{12,100}?)[.:;,](\s|$)", whole)
    return clause[1] if clause else headline(whole, 100)


def _words(text: str) -> Html:
    """As said; folded where it is a page of its own."""
    said = tag("p", prose(text.strip()), class_="said")
    return said if len(text) <= 1_500 else folded("The whole request", said, size(text))


def _figure(name: str, value: str, more: str) -> Html:
    return tag("div", tag("dt", name), tag("dd", value), tag("dd", more, class_="quiet") if more else None)


def _result(run: Transcript) -> Html:
    end, written = run.end, run.written
    said: list[Child] = []
    if end is None:
        said.append(tag("p", "The log ends here: the run was interrupted, or is still going."))
    else:
        said.append(tag("p", prose(end.summary), class_="said") if end.summary else None)
        if end.why and end.why != end.summary:
            said.append(tag("p", prose(end.why), class_="said quiet"))
    if written:
        said.append(tag("ul", (tag("li", tag("code", name)) for name in written), class_="files"))
    if best := run.best:
        word = "The migration" if written else f"Draft {best.number}"
        made = [name for name in written if "/migrations/" in name]  # under a later version than the draft's
        names = made if len(made) == len(best.files) else [file.name for file in best.files]
        for name, file in zip(names, best.files, strict=True):
            said.append(folded(join(word, " ", tag("code", Path(name).name)), listing(file.text), lines_of(file.text)))
    return tag("section", tag("h2", "Result"), said)


def story(run: Transcript) -> Html:
    """What happened, turn by turn."""
    return tag("section", tag("h2", "What happened"), (told(step, run) for step in run.steps), class_="story")


def told(step: Step, run: Transcript) -> Html:
    """One step of the story."""
    match step:
        case Turn():
            return _turn(step)
        case Told(first=True):
            system = folded("The rules it works by", block(run.system), size(run.system)) if run.system else None
            schema = folded("The project and the request", block(step.text), size(step.text))
            return _aside("The model was given", system, schema)
        case Told():
            return _aside("The model was told", tag("p", prose(step.text), class_="said"))
        case Asked():
            return _asked(step)
        case events.Resumed():
            replied = tag("p", step.words, class_="said answer") if step.words else None
            return _aside(" ".join(filter(None, ["Resumed", moment(step.at)])), replied)
        case events.Written():
            return _aside("Written", tag("ul", (tag("li", tag("code", name)) for name in step.files), class_="files"))
        case events.End():
            told = step is run.end or step.outcome == "asked"  # at the top, or as a question
            words = "" if told else step.why or step.summary
            said = tag("p", prose(words), class_="said") if words else None
            return _aside(f"Ended: {outcome(step.outcome)[2]}", said)


def _aside(title: str, *content: Child) -> Html:
    return tag("article", tag("h3", title), *content, class_="aside")


def _asked(asked: Asked) -> Html:
    return _aside(
        "The model asked",
        tag("p", prose(asked.question), class_="said question"),
        tag("p", REASONS.get(asked.reason, asked.reason), class_="quiet") if asked.reason else None,
        tag("ul", (tag("li", option) for option in asked.options)) if asked.options else None,
        tag("p", asked.answer, class_="said answer") if asked.answer else tag("p", "No answer yet.", class_="quiet"),
    )


def _turn(turn: Turn) -> Html:
    odd = turn.stop_reason if turn.stop_reason not in ("tool_use", "end_turn", "stop_sequence", "") else None
    return tag(
        "article",
        tag("h3", f"Turn {turn.number}", tag("span", " · ".join(spent(turn)), class_="quiet")),
        folded("Thinking", tag("p", prose(turn.thinking), class_="said"), size(turn.thinking))
        if turn.thinking
        else None,
        tag("p", prose(turn.text), class_="said") if turn.text else None,
        (_call(call) for call in turn.calls),
        tag("p", f"The answer stopped early: {odd}.", class_="quiet") if odd else None,
        class_="turn",
        id=f"turn-{turn.number}",
    )


def _call(call: Call) -> Html:
    result = call.result
    if call.draft:
        told = folded("What the model was told", block(result), size(result)) if result else None
        return draft_card(call.draft, told)
    query = call.given.get("sql") if call.name == "try_sql" else None
    title = join(tag("code", call.name, class_="tool"), " ", tag("span", gist(call), class_="gist"))
    came = block(result) if result is not None else tag("p", "Nothing came back: the run ended here.", class_="quiet")
    inside = join(listing(query) if isinstance(query, str) else None, came)
    note = "could not be read" if call.refused else size(result or "")
    short = result is not None and result.count("\n") < SHORT and len(result) < 1_000
    return folded(title, inside, note, shown=short)


def bill(run: Transcript) -> Html | None:
    """Tokens, time and money by turn; None for a run without any."""
    if not run.turns:
        return None
    names = ("Turn", "Did", "Read", "Cached", "Wrote", "Time", "Cost")
    rows = []
    for turn in run.turns:
        used, link = turn.usage, tag("a", str(turn.number), href=f"#turn-{turn.number}")
        read = used.input_tokens + used.cache_write_tokens + used.cache_read_tokens
        cells = (_count(read), cached(used).removesuffix(" cached"), _count(used.output_tokens), seconds(turn.seconds))
        rows.append(tag("tr", *(tag("td", cell) for cell in (link, _did(turn), *cells, _price(turn.cost)))))
    used = run.usage
    read = used.input_tokens + used.cache_write_tokens + used.cache_read_tokens
    total = (_count(read), cached(used).removesuffix(" cached"), _count(used.output_tokens))
    rest = (seconds(run.seconds_model), _price(run.cost))
    table = tag(
        "table",
        tag("thead", tag("tr", (tag("th", name, scope="col") for name in names))),
        tag("tbody", rows),
        tag("tfoot", tag("tr", *(tag("td", cell) for cell in ("", "In all", *total, *rest)))),
        class_="bill",
    )
    note = "Read and wrote are tokens; cached is the share of what was read that came from the cache."
    return tag("section", tag("h2", "What it took"), tag("div", table, class_="wide"), tag("p", note, class_="quiet"))


def _did(turn: Turn) -> str:
    did = [f"draft {call.draft.number}" if call.draft else call.name for call in turn.calls]
    return ", ".join(dict.fromkeys(did)) or "said something"


def _count(number: int) -> str:
    return f"{number:,}" if number else ""


def _price(amount: float | None) -> str:
    return "" if amount == 0 else "?" if amount is None else money(amount)


def _footer(run: Transcript) -> Html:
    log = tag("code", f".migration-agent/runs/{run.id}.jsonl")
    return tag("footer", tag("p", "Written by migration-agent from ", log, ".", class_="quiet"))


def moment(at: datetime | None) -> str:
    """``22 November 2026, 21:15 UTC``"""
    return f"{at.day} {at:%B %Y, %H:%M} {at.tzname() or ''}".rstrip() if at else ""


def size(text: str) -> str:
    """How much is folded away."""
    return counted(text.count("\n") + 1, "line") if text else ""


def block(text: str) -> Html:
    """Text as it is."""
    return tag("pre", text)


def prose(text: str) -> Html:
    """The model's words; what stands between back ticks is code."""
    parts = re.split(r"`([^`\n]+)`", text)
    return join(tag("code", part) if nth % 2 else part for nth, part in enumerate(parts))
