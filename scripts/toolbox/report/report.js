// Fills the page from its contents. Text from the data goes in by textContent alone.
const byId = (id) => document.getElementById(id);
const MONTHS = [
  "January", "February", "March", "April", "May", "June", "July", "August", "September",
  "October", "November", "December",
];
const FIGURE_MONTHS = 24;
const MINUS = "\u2212";

const page = await readContents();
const rows = Object.fromEntries(
  Object.entries(page.data).map(([name, table]) => [name, toRows(table)])
);
const views = new Map();
const picked = { month: null, cut: "total", value: "all" };

async function readContents() {
  const bytes = Uint8Array.from(atob(byId("contents").textContent), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

function toRows(table) {
  const names = Object.keys(table);
  return (table[names[0]] ?? []).map((_, i) =>
    Object.fromEntries(names.map((name) => [name, table[name][i]]))
  );
}

// ---------------------------------------------------------------- elements and writing

function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

const fixed = (digits) => {
  const format = new Intl.NumberFormat("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return (value) => format.format(value).replace("-", MINUS);
};
const percent = (value) => `${fixed(1)(value * 100)}%`;
const WRITE = {
  money: fixed(2),
  count: fixed(0),
  rate: percent,
  ratio: fixed(2),
  points: fixed(1),
  score: fixed(2),
  months: (value) => `${fixed(1)(value)} months`,
  days: (value) => `${fixed(1)(value)} days`,
  hours: (value) => `${fixed(1)(value)} h`,
  minutes: (value) => `${fixed(1)(value)} min`,
  month: (value) => `${nameOf(value).slice(0, 3)} ${value.slice(0, 4)}`,
  flag: (value) => (value ? "yes" : "no"),
  text: (value) => String(value),
  name: (value) => String(value),
  day: (value) => String(value),
};
const NUMERIC = ["money", "count", "rate", "ratio", "points", "unit", "change"];

function written(value, kind) {
  return value === null || value === undefined ? "–" : WRITE[kind](value);
}

function nameOf(month) {
  return MONTHS[Number(month.slice(5, 7)) - 1];
}

function monthName(month) {
  return `${nameOf(month)} ${month.slice(0, 4)}`;
}

function words(name) {
  const text = String(name).replaceAll("_", " ");
  return (text[0].toUpperCase() + text.slice(1)).replace(/^Csm\b/, "CSM");
}

// ---------------------------------------------------------------- what is picked

function monthsBefore(month, count) {
  const months = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 - count;
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, "0")}`;
}

function inCut(row) {
  return row.segment_type === undefined
    || (row.segment_type === picked.cut && row.segment_value === picked.value);
}

function inWindow(row, kind) {
  if (kind === "all" || row.month === undefined) return true;
  if (kind === "cohorts") {
    return monthsBefore(row.month, -row.months_since) <= picked.month;
  }
  const length = { month: 1, year: 12, months: FIGURE_MONTHS }[kind];
  return row.month <= picked.month && row.month > monthsBefore(picked.month, length);
}

function shown(dataset, kind) {
  const found = rows[dataset].filter((row) => inCut(row) && inWindow(row, kind));
  if (kind === "cohorts") return found.map((row) => ({ ...row, cohort: row.month }));
  return found.sort((a, b) => String(a.month).localeCompare(String(b.month)));
}

function fill(select, options, value) {
  select.replaceChildren(
    ...options.map(([key, label]) => element("option", { value: key, textContent: label }))
  );
  select.value = value;
}

function setUpPickers() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const months = page.months.map((one) => one.month);
  const whole = page.months.find((one) => !one.is_partial) ?? page.months[0];
  picked.month = months.includes(asked.get("month")) ? asked.get("month") : whole.month;
  if (page.cuts[asked.get("cut")]?.includes(asked.get("value"))) {
    picked.cut = asked.get("cut");
    picked.value = asked.get("value");
  }
  fill(
    byId("pick-month"),
    page.months.map((one) => [
      one.month,
      monthName(one.month) + (one.is_partial ? " (so far)" : ""),
    ]),
    picked.month
  );
  fill(
    byId("pick-cut"),
    [["total", "Whole company"], ...Object.keys(page.cuts).map((cut) => [cut, words(cut)])],
    picked.cut
  );
  fillValues();
  byId("pick-month").addEventListener("change", (event) => pick({ month: event.target.value }));
  byId("pick-cut").addEventListener("change", (event) => {
    const cut = event.target.value;
    pick({ cut, value: cut === "total" ? "all" : page.cuts[cut][0] });
  });
  byId("pick-value").addEventListener("change", (event) => pick({ value: event.target.value }));
}

function fillValues() {
  byId("value-label").hidden = picked.cut === "total";
  fill(byId("pick-value"), (page.cuts[picked.cut] ?? ["all"]).map((v) => [v, v]), picked.value);
}

async function pick(change) {
  Object.assign(picked, change);
  fillValues();
  const asked = new URLSearchParams(picked.cut === "total" ? { month: picked.month } : picked);
  history.replaceState(null, "", `#${asked}`);
  await showAll();
}

// ---------------------------------------------------------------- definitions

function definitionButton(name, label) {
  const known = page.definitions[name];
  const button = element("button", {
    type: "button",
    className: "definition",
    textContent: label ?? known.label,
    title: known.formula || "Definition",
  });
  button.setAttribute("aria-haspopup", "dialog");
  button.addEventListener("click", () => define(name));
  return button;
}

function define(name) {
  byId("definition-title").textContent = page.definitions[name].label;
  // The one place where markup goes in: made from the project's own pages, with HTML in them shown as text.
  byId("definition-text").innerHTML = page.definitions[name].text;
  byId("definition").showModal();
}

// ---------------------------------------------------------------- tables

function classOf(kind) {
  if (NUMERIC.includes(kind)) return "number";
  return ["name", "day", "month"].includes(kind) ? "short" : "";
}

function cell(row, column) {
  const kind = column.kind === "unit" || column.kind === "change" ? row.unit : column.kind;
  const value = row[column.name] ?? null;
  const made = element("td", { className: classOf(column.kind) });
  if (column.kind === "metric") made.append(definitionButton(row.metric, row.label));
  else if (column.kind === "status") made.append(...statusMark(value));
  else if (column.kind === "spark") made.append(spark(row.metric));
  else if (column.kind === "change") made.textContent = signed(value, kind);
  else made.textContent = written(value, kind);
  return made;
}

function signed(value, kind) {
  if (value === null) return "–";
  if (kind === "rate") return `${value > 0 ? "+" : ""}${fixed(1)(value * 100)} pp`;
  return (value > 0 ? "+" : "") + written(value, kind);
}

function statusMark(status) {
  const known = {
    on_target: ["●", "on target"],
    near: ["▲", "near"],
    off_target: ["✕", "off target"],
  }[status];
  if (!known) return ["–"];
  const mark = element("span", { className: `mark ${status}`, textContent: known[0] });
  mark.setAttribute("aria-hidden", "true");
  return [mark, ` ${known[1]}`];
}

function spark(metric) {
  const values = rows.scorecard
    .filter((row) => row.metric === metric && inWindow(row, "year"))
    .sort((a, b) => a.month.localeCompare(b.month))
    .map((row) => row.actual);
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return "";
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const x = (i) => ((i / (values.length - 1)) * 76 + 2).toFixed(1);
  const y = (value) => (high === low ? 10 : 18 - ((value - low) / (high - low)) * 16).toFixed(1);
  const points = values.flatMap((value, i) => (value === null ? [] : [`${x(i)},${y(value)}`]));
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", "0 0 80 20");
  svg.setAttribute("class", "spark");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(namespace, "polyline");
  line.setAttribute("points", points.join(" "));
  svg.append(line);
  return svg;
}

function compare(a, b) {
  if (a === null || a === undefined) return b === null || b === undefined ? 0 : 1;
  if (b === null || b === undefined) return -1;
  return typeof a === "string" ? String(a).localeCompare(String(b)) : a - b;
}

// A table whose heads sort it; `caption` names it for who cannot see it.
function table(columns, given, caption, { sortable = true } = {}) {
  const body = element("tbody");
  const put = (ordered) =>
    body.replaceChildren(
      ...ordered.map((row) => element("tr", {}, ...columns.map((column) => cell(row, column))))
    );
  const heads = columns.map((column) => {
    const head = element("th", { scope: "col" });
    head.className = classOf(column.kind);
    if (!sortable) {
      head.textContent = column.label;
      return head;
    }
    const button = element("button", { type: "button", textContent: column.label });
    button.addEventListener("click", () => {
      const was = head.getAttribute("aria-sort");
      const first = NUMERIC.includes(column.kind) ? "descending" : "ascending";
      const other = first === "ascending" ? "descending" : "ascending";
      const way = was === first ? other : first;
      heads.forEach((one) => one.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", way);
      const sign = way === "ascending" ? 1 : -1;
      put([...given].sort((a, b) => {
        const [left, right] = [a[column.name], b[column.name]];
        const order = compare(left, right);
        return left === null || right === null ? order : sign * order;
      }));
    });
    head.append(button);
    return head;
  });
  put(given);
  return element(
    "table",
    {},
    element("caption", { className: "hidden", textContent: caption }),
    element("thead", {}, element("tr", {}, ...heads)),
    body
  );
}

// ---------------------------------------------------------------- the parts of the page

function showTiles(place, tiles) {
  place.replaceChildren(...tiles.map((tile) => {
    const now = shown(tile.dataset, "month")[0] ?? {};
    const last = rows[tile.dataset].find(
      (row) => inCut(row) && row.month === monthsBefore(picked.month, 1)
    );
    const value = now[tile.column] ?? null;
    const before = last?.[tile.column] ?? null;
    const low = now[`${tile.column}_ci_low`] ?? null;
    const high = now[`${tile.column}_ci_high`] ?? null;
    const notes = [];
    if (low !== null) notes.push(`${percent(low)} to ${percent(high)}`);
    if (value !== null && before !== null) {
      notes.push(`${signed(value - before, tile.kind)} on the month`);
    }
    const made = element(
      "div",
      { className: "tile" },
      definitionButton(tile.metric, tile.label),
      element("strong", { textContent: written(value, tile.kind) }),
      element("small", { textContent: notes.join(" · ") })
    );
    made.dataset.column = tile.column;
    made.dataset.value = value ?? "";
    return made;
  }));
}

function showScorecard() {
  const order = (row) => page.metrics.indexOf(row.metric);
  const judged = rows.scorecard
    .filter((row) => row.month === picked.month)
    .sort((a, b) => order(a) - order(b));
  const domains = [...new Set(judged.map((row) => row.domain))];
  const place = byId("scorecard-content");
  const counts = ["on_target", "near", "off_target"].map(
    (status) => judged.filter((row) => row.target_status === status).length
  );
  const aimed = judged.filter((row) => row.target !== null);
  const all = domains.map((domain) => {
    const mine = judged.filter((row) => row.domain === domain);
    return element(
      "details",
      {},
      element("summary", { textContent: `All metrics of ${words(domain).toLowerCase()}: ${mine.length}` }),
      element("div", { className: "scroll" }, table(page.scorecard, mine, `Metrics of ${domain}`))
    );
  });
  place.replaceChildren(
    element(
      "article", { className: "card" },
      element("h3", { textContent: "Metrics with a target" }),
      element("p", { textContent: `${counts[0]} on target, ${counts[1]} near, ${counts[2]} off.` }),
      element("div", { className: "scroll" }, table(page.scorecard, aimed, "Metrics with a target"))
    ),
    ...all
  );
}

async function showFigure(figure) {
  const card = byId(`figure-${figure.key}`);
  const place = card.querySelector(".chart");
  const found = shown(figure.dataset, figure.window);
  const drawn = figure.columns
    .filter((column) => NUMERIC.includes(column.kind))
    .map((column) => column.name);
  const isEmpty = !found.some((row) => drawn.some((name) => (row[name] ?? null) !== null));
  place.hidden = isEmpty;
  card.querySelector(".empty").hidden = !isEmpty;
  const numbers = card.querySelector(".scroll");
  numbers.replaceChildren(table(figure.columns, [...found].reverse(), figure.title));
  if (isEmpty) return;
  const view = views.get(figure.key);
  if (view) {
    await view.data("rows", found).runAsync();
    return;
  }
  const data = figure.spec.data.map((one) =>
    one.name === "rows" ? { ...one, values: found } : one
  );
  const made = await window.vegaEmbed(place, { ...figure.spec, data }, {
    mode: "vega",
    renderer: "svg",
    actions: false,
    tooltip: showTip,
    // Errors alone: that a line has no value in this cut is no news.
    logLevel: 1,
  });
  views.set(figure.key, made.view);
}

// What the pointer is on, in text; the table below a figure says the same to everybody else.
function showTip(_handler, event, _item, value) {
  const tip = byId("tip");
  tip.hidden = !value;
  if (!value) return;
  tip.replaceChildren(
    ...Object.entries(value).map(([name, text]) =>
      element("div", {}, element("span", { textContent: name }), ` ${text}`)
    )
  );
  const left = Math.min(event.clientX + 14, window.innerWidth - tip.offsetWidth - 8);
  const top = Math.min(event.clientY + 14, window.innerHeight - tip.offsetHeight - 8);
  tip.style.transform = `translate(${left}px, ${top}px)`;
}

function showLists() {
  for (const list of page.lists) {
    const place = byId(`list-${list.key}`).querySelector(".list");
    const isCut = picked.cut !== "total" && page.list_cuts.includes(picked.cut);
    const found = rows[list.dataset]
      .filter((row) => !isCut || page.accounts[row.account_id]?.[picked.cut] === picked.value)
      .sort((a, b) => a.list_position - b.list_position);
    const searched = place.querySelector("input")?.value ?? "";
    const box = element("input", { type: "search", value: searched, placeholder: "Search" });
    box.setAttribute("aria-label", `Search in ${list.title}`);
    const sum = element("p", { className: "sum" });
    const holder = element("div", { className: "scroll tall", tabIndex: 0 });
    holder.setAttribute("role", "region");
    holder.setAttribute("aria-label", list.title);
    const money = list.columns.find((column) => column.kind === "money");
    const show = () => {
      const wanted = box.value.toLowerCase();
      const matching = found.filter((row) =>
        list.columns.some((column) => String(row[column.name] ?? "").toLowerCase().includes(wanted))
      );
      const total = matching.reduce((all, row) => all + (row[money.name] ?? 0), 0);
      const all = page.list_sizes[list.key];
      sum.textContent = `${matching.length} accounts, ${written(total, "money")} ${page.currency}`
        + (all > page.listed ? `; the list has ${all}, the ${page.listed} with most MRR are here` : "")
        + (picked.cut !== "total" && !isCut ? `; not cut by ${words(picked.cut).toLowerCase()}` : "");
      holder.replaceChildren(table(list.columns, matching, list.title));
    };
    box.addEventListener("input", show);
    place.replaceChildren(element("div", { className: "tools" }, box, sum), holder);
    show();
  }
}

function showQuality() {
  const tables = new Map();
  const rules = [];
  for (const row of rows.quality) {
    const one = tables.get(row.source_table) ?? {
      table: row.source_table, raw: 0, staged: 0, rejected: 0, not_yet_seen: 0, suspicious: 0,
    };
    one[row.outcome] += row.row_count;
    tables.set(row.source_table, one);
    if (["rejected", "suspicious"].includes(row.outcome)) rules.push(row);
  }
  const count = (name, label) => ({ name, label, kind: "count" });
  const text = (name, label) => ({ name, label, kind: "text" });
  const accounting = table(
    [text("table", "Table"), count("raw", "Raw rows"), count("staged", "Used"),
      count("rejected", "Rejected"), count("not_yet_seen", "Not yet seen"),
      count("suspicious", "Suspicious, kept")],
    [...tables.values()].sort((a, b) => compare(a.table, b.table)),
    "Raw rows by table"
  );
  const broken = table(
    [text("source_table", "Table"), text("outcome", "What became of it"), text("rule", "Rule"),
      count("row_count", "Rows")],
    rules.sort((a, b) => b.row_count - a.row_count),
    "Rules that rows broke"
  );
  const fresh = table(
    [text("what", "What"), text("newest", "Newest day")], page.newest, "Newest rows"
  );
  const card = (title, name, content, label, kind = "") => element(
    "article", { className: `card ${kind}` },
    element("h3", { textContent: title }),
    element("p", { className: "metrics" }, definitionButton(name, label)),
    element("div", { className: "scroll tall" }, content)
  );
  byId("quality-content").replaceChildren(element(
    "div", { className: "grid" },
    card("Rows in", "bad_rows", accounting, "How rows are judged", "wide"),
    card("Rules broken", "bad_rows", broken, "The rules", "wide"),
    card("How fresh", "as_of_date", fresh, "The last day that counts")
  ));
}

function showState() {
  const month = page.months.find((one) => one.month === picked.month);
  const of = picked.cut === "total" ? "the whole company" : `${words(picked.cut)} ${picked.value}`;
  byId("state").textContent = `${monthName(picked.month)}, ${of}.`
    + (month.is_partial ? " The month is not over: money to date, and no rates." : "");
  const whole = ["scorecard", "health", "quality"];
  for (const key of whole) {
    const scope = byId(key).querySelector(".scope");
    scope.hidden = picked.cut === "total";
    scope.textContent = "The whole company, whatever is picked above.";
  }
}

async function showAll() {
  showState();
  showTiles(byId("headline"), page.tiles.headline);
  showTiles(byId("value-tiles"), page.tiles.value);
  showScorecard();
  for (const figure of page.figures) {
    await showFigure(figure);
  }
  showLists();
  document.body.dataset.ready = `${picked.month} ${picked.cut} ${picked.value}`;
}

function setUpDefinitions() {
  for (const one of [...page.figures.map((f) => [`figure-${f.key}`, f]), ...page.lists.map((l) => [`list-${l.key}`, l])]) {
    const [id, { metrics }] = one;
    byId(id).querySelector(".metrics").replaceChildren(...metrics.map((name) => definitionButton(name)));
  }
}

function setUpTheme() {
  const ways = ["system", "light", "dark"];
  const button = byId("theme");
  const set = (way) => {
    document.documentElement.dataset.theme = way;
    button.dataset.way = way;
    button.setAttribute("aria-label", `Colours: ${way === "system" ? "as the system" : way}`);
    button.title = button.getAttribute("aria-label");
  };
  set("system");
  button.addEventListener("click", () => set(ways[(ways.indexOf(button.dataset.way) + 1) % 3]));
  byId("print").addEventListener("click", () => window.print());
}

setUpTheme();
setUpPickers();
setUpDefinitions();
showQuality();
await showAll();
