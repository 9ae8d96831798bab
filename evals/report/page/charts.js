"use strict";
// The charts, drawn anew at each width. Colours are those of the page, and each model has a shape of its own as well.

(() => {
  const { models } = JSON.parse(document.querySelector("#summary").textContent);
  const told = models.filter((model) => model.rate);
  if (!told.length) return;
  const names = told.map((model) => model.model);
  const colours = names.map((_, nth) => `var(--model-${nth % 6})`);
  const shapes = ["circle", "square", "triangle", "diamond", "star", "cross"];
  const symbols = names.map((_, nth) => shapes[nth % shapes.length]);
  const percent = (share) => `${(100 * share).toFixed(1)} %`;
  const span = ({ low, high }) => `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)} %`;
  const longest = (texts) => Math.max(...texts.map((text) => text.length));
  const short = (text) => (text.length > 24 ? `${text.slice(0, 23)}…` : text);
  const margin = (texts) => 12 + 6.9 * longest(texts.map(short));
  const style = { fontSize: "12px", overflow: "visible" };
  const shares = { domain: [0, 1], label: null, tickFormat: (share) => `${100 * share} %`, grid: true };
  const scales = { color: { domain: names, range: colours }, symbol: { domain: names, range: symbols } };

  function intervals(data, { y = "name", fy = null, width, labels, title }) {
    // A dot on the line of its interval, on a scale of 0 to 100 %.
    const own = { y, fy, stroke: "model" };
    return Plot.plot({
      width,
      style,
      marginLeft: margin(labels),
      height: 34 + (fy ? new Set(data.map((d) => d[fy])).size : 1) * (new Set(data.map((d) => d[y])).size * (fy ? 13 : 22) + 8),
      x: width < 360 ? { ...shares, ticks: 3 } : shares,
      y: { label: null, domain: [...new Set(data.map((d) => d[y]))], axis: fy ? null : "left", tickFormat: short, tickSize: 0 },
      fy: fy ? { label: null, domain: [...new Set(data.map((d) => d[fy]))], axis: "left", tickFormat: short, padding: 0.25 } : undefined,
      ...scales,
      marks: [
        Plot.ruleY(data, { ...own, x1: "low", x2: "high", strokeWidth: 2, strokeOpacity: 0.55 }),
        Plot.dot(data, { ...own, x: "value", symbol: "model", fill: "model", r: 4.5 }),
        Plot.tip(data, Plot.pointer({ x: "value", y, fy, title })),
      ],
    });
  }

  function rates(width) {
    const k = Math.max(1, ...told.flatMap((model) => Object.keys(model.any).map(Number)).filter((n) => told.every((model) => model.any[n])));
    const kinds = [
      ["pass@1", (model) => model.rate],
      ["first draft", (model) => model.repair?.first],
      ["after repair", (model) => model.repair?.after],
      ...(k > 1 ? [[`pass@${k}`, (model) => model.any[k]], [`pass^${k}`, (model) => model.all[k]]] : []),
    ];
    const data = kinds.flatMap(([name, of]) =>
      told.filter(of).map((model) => ({ name, model: model.model, value: of(model).value, ...of(model).interval })),
    );
    const title = (d) => `${d.model}\n${d.name}: ${percent(d.value)}\n${span(d)}`;
    return intervals(data, { y: "model", fy: "name", width, labels: kinds.map(([name]) => name), title });
  }

  function groups(width) {
    const tags = new Map();
    for (const model of told) for (const tag of model.tags) tags.set(tag.name, Math.max(tags.get(tag.name) ?? 0, tag.rate.cases));
    const common = [...tags].sort((a, b) => b[1] - a[1]).slice(0, 12).map(([name]) => name);
    const data = common.flatMap((name) =>
      told.flatMap((model) => {
        const tag = model.tags.find((each) => each.name === name);
        return tag ? [{ name, model: model.model, value: tag.rate.value, ...tag.rate.interval, cases: tag.rate.cases }] : [];
      }),
    );
    const title = (d) => `${d.model}\n${d.name}, ${d.cases} cases: ${percent(d.value)}\n${span(d)}`;
    return data.length ? intervals(data, { y: "model", fy: "name", width, labels: common, title }) : null;
  }

  function costs(width) {
    const data = told.filter((model) => model.spent.cost_per_trial !== null);
    if (!data.some((model) => model.spent.cost_per_trial > 0)) return null;
    const title = (m) => `${m.model}\n$${m.spent.cost_per_trial.toFixed(4)} a trial\n${percent(m.rate.value)}`;
    const own = { x: (m) => m.spent.cost_per_trial, stroke: "model" };
    return Plot.plot({
      width,
      style,
      height: 240,
      marginLeft: 56,
      marginBottom: 40,
      marginRight: 24,
      x: { label: "US dollars a trial →", zero: true, nice: true, ticks: width < 360 ? 4 : 7, tickFormat: (cost) => `$${cost.toFixed(2)}` },
      y: { ...shares, label: "pass@1" },
      ...scales,
      marks: [
        Plot.ruleX(data, { ...own, y1: (m) => m.rate.interval.low, y2: (m) => m.rate.interval.high, strokeWidth: 2, strokeOpacity: 0.55 }),
        Plot.dot(data, { ...own, y: (m) => m.rate.value, symbol: "model", fill: "model", r: 5 }),
        Plot.tip(data, Plot.pointer({ x: own.x, y: (m) => m.rate.value, title })),
      ],
    });
  }

  function stacked(data, { width, kinds, ramp, label, format, title }) {
    return Plot.plot({
      width,
      style,
      marginTop: 6,
      marginLeft: margin(names),
      marginBottom: 38,
      height: 56 + names.length * 30,
      x: { label, tickFormat: format, ticks: width < 360 ? 4 : 6, grid: true },
      y: { label: null, domain: names, tickFormat: short, tickSize: 0 },
      color: { domain: kinds, range: kinds.map((_, nth) => ramp(nth)), legend: true },
      marks: [
        Plot.barX(data, { x: "value", y: "model", fill: "kind", order: kinds, insetTop: 3, insetBottom: 3, insetRight: 1 }),
        Plot.tip(data, Plot.pointerY(Plot.stackX({ x: "value", y: "model", z: "kind", order: kinds, title }))),
      ],
    });
  }

  function drafts(width) {
    const words = { 0: "no file", 1: "1 draft", 2: "2 drafts", 3: "3 drafts" };
    const data = told.flatMap((model) => {
      const passed = new Map();
      for (const [number, trials] of Object.entries(model.drafts_to_pass)) {
        const kind = words[number] ?? "4 or more";
        passed.set(kind, (passed.get(kind) ?? 0) + trials);
      }
      passed.set("failed", model.trials - model.passed);
      return [...passed].map(([kind, trials]) => ({ model: model.model, kind, trials, value: trials / model.trials }));
    });
    const seen = new Set(data.filter((d) => d.value).map((d) => d.kind));
    const kinds = [...Object.values(words), "4 or more", "failed"].filter((kind) => seen.has(kind));
    const tones = { "no file": "var(--quiet)", "1 draft": "var(--model-2)", "2 drafts": "var(--model-0)", "3 drafts": "var(--model-4)", "4 or more": "var(--model-5)", failed: "var(--mark-bad)" };
    const title = (d) => `${d.model}\n${d.kind}: ${d.trials} trials, ${percent(d.value)}`;
    return stacked(data.filter((d) => d.value), { width, kinds, ramp: (nth) => tones[kinds[nth]], label: "share of trials →", format: (share) => `${Math.round(100 * share)} %`, title });
  }

  function time(width) {
    const kinds = ["model", "database", "grading"];
    const data = told.flatMap((model) => kinds.map((kind) => ({ model: model.model, kind, value: model.latency?.[kind] ?? 0 })));
    if (!data.some((d) => d.value)) return null;
    const title = (d) => `${d.model}\n${d.kind}: ${d.value.toFixed(2)} s`;
    return stacked(data, { width, kinds, ramp: (nth) => `var(--model-${[0, 1, 2][nth]})`, label: "seconds, mean →", format: undefined, title });
  }

  function rules(width) {
    const totals = new Map();
    for (const model of told) for (const rule of model.rules) totals.set(rule.rule, (totals.get(rule.rule) ?? 0) + rule.trials);
    const common = [...totals].sort((a, b) => b[1] - a[1]).slice(0, 12).map(([rule]) => rule);
    if (!common.length) return null;
    const data = told.flatMap((model) =>
      model.rules.filter((rule) => common.includes(rule.rule)).map((rule) => ({ ...rule, model: model.model, share: rule.trials / model.trials })),
    );
    const title = (d) => `${d.model}\n${d.rule}: ${d.trials} trials, ${percent(d.share)}\n${d.mended} mended\n${d.cases.slice(0, 6).join(", ")}${d.cases.length > 6 ? ", …" : ""}`;
    return Plot.plot({
      width,
      style,
      marginLeft: margin(common),
      marginBottom: 38,
      height: 56 + common.length * 22,
      x: { label: "share of a model's trials →", tickFormat: (share) => `${+(100 * share).toFixed(1)} %`, ticks: width < 360 ? 4 : 6, zero: true, grid: true },
      y: { label: null, domain: common, tickFormat: short, tickSize: 0, grid: true },
      ...scales,
      marks: [
        Plot.dot(data, { x: "share", y: "rule", symbol: "model", fill: "model", stroke: "model", r: 4.5 }),
        Plot.tip(data, Plot.pointer({ x: "share", y: "rule", title })),
      ],
    });
  }

  function keys() {
    // Which shape and colour is which model.
    const list = document.createElement("ul");
    list.className = "keys";
    names.forEach((name, nth) => {
      const item = document.createElement("li");
      const shape = d3.create("svg:svg").attr("width", 14).attr("height", 14).attr("viewBox", "-7 -7 14 14").attr("aria-hidden", "true");
      const drawn = { circle: d3.symbolCircle, square: d3.symbolSquare, triangle: d3.symbolTriangle, diamond: d3.symbolDiamond, star: d3.symbolStar, cross: d3.symbolCross };
      shape.append("path").attr("d", d3.symbol(drawn[symbols[nth]], 64)()).attr("fill", colours[nth]);
      item.append(shape.node(), name);
      list.append(item);
    });
    return list;
  }

  const charts = { rates, groups, costs, drafts, time, rules };
  const keyed = ["rates", "groups", "costs", "rules"];

  function draw() {
    const figures = document.querySelectorAll("figure[id]");
    for (const figure of figures) figure.hidden = false; // or none has its width yet
    for (const [name, chart] of Object.entries(charts)) {
      const figure = document.querySelector(`#chart-${name}`);
      const place = figure.querySelector(".chart");
      const drawn = chart(Math.max(280, place.clientWidth));
      figure.hidden = !drawn;
      if (!drawn) continue;
      const svg = drawn.tagName === "svg" ? drawn : drawn.querySelector(":scope > svg:last-of-type");
      for (const part of svg.querySelectorAll("g[aria-label]")) part.removeAttribute("aria-label"); // the whole has one
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", `${figure.querySelector("figcaption").textContent}; the figures are in the tables.`);
      place.replaceChildren(...(keyed.includes(name) ? [keys()] : []), drawn);
    }
  }

  document.querySelector("#charts").hidden = false;
  draw();
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth === width) return;
    width = innerWidth;
    requestAnimationFrame(draw);
  });
})();
