// The program of the explorer. All that is shown of the data is set as text, never as HTML.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { texts, numbers } = data;
  const ROWS = data.rows;
  const STEPS = 1e6;
  const LINE = 32; // px, the height of a row in explorer.css
  const STAGES = ["graph", "valid", "unique", "novel", "relaxed", "stable"];
  const STAGE_NAMES = {
    graph: "graphs made",
    valid: "crystals",
    unique: "distinct ones",
    novel: "none of the data or the known phases",
    relaxed: "relaxed",
    stable: "new and stable",
  };
  const COMPETING = { known: ["#777777", "x"], prototype: ["#777777", "o"] };
  const SVG = "http://www.w3.org/2000/svg";
  const byId = (id) => document.getElementById(id);

  // -- the data -----------------------------------------------------------------------------

  const text = (name, row) => texts[name][0][texts[name][1][row]];
  const number = (name, row) => numbers[name][row];
  const style = (variant) => data.styles[variant] || COMPETING[variant] || ["#762a83", "v"];
  const isGenerated = (row) => text("variant", row) in data.styles;
  const group = numbers.space_group_after.map((n, row) => n ?? numbers.space_group_before[row]);
  const stage = texts.reached[1].map((code) => STAGES.indexOf(texts.reached[0][code]));
  const systems = texts.chemical_system[0].map((name) => name.split("-"));
  const predicted = Object.keys(numbers).filter((name) => name.startsWith("predicted_"));

  const groupName = (n) => (n ? `${spaceGroup(n)} (${n})` : "–");
  // Pm-3m is written with a bar over the number, P6_3/mmc with a subscript.
  const spaceGroup = (n) =>
    (data.groups[n] || "").replace(/-(\d)/g, "$1\u0305").replace(/_(\d)/g, (_, d) =>
      String.fromCharCode(0x2080 + Number(d)));
  const energy = (value) => (value == null ? "–" : value.toFixed(3).replace(/^-/, "−"));
  const count = (value) => value.toLocaleString("en");

  function node(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  function drawn(name, attributes = {}, ...children) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  function formulaNodes(formula) {
    return formula
      .split(/([\d.]+)/)
      .filter((part) => part)
      .map((part) => (/^[\d.]+$/.test(part) ? node("sub", {}, part) : part));
  }

  /** The outline of a marker about (x, y); its shape tells variants apart without colour. */
  function outline(marker, x, y, r) {
    const polygon = (...points) =>
      `M${points.map(([dx, dy]) => `${(x + dx * r).toFixed(1)} ${(y + dy * r).toFixed(1)}`).join("L")}Z`;
    switch (marker) {
      case "s": return polygon([-0.85, -0.85], [0.85, -0.85], [0.85, 0.85], [-0.85, 0.85]);
      case "^": return polygon([0, -1.1], [1, 0.8], [-1, 0.8]);
      case "v": return polygon([0, 1.1], [1, -0.8], [-1, -0.8]);
      case "D": return polygon([0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]);
      case "x": return polygon([-1, -0.65], [-0.65, -1], [0, -0.35], [0.65, -1], [1, -0.65],
        [0.35, 0], [1, 0.65], [0.65, 1], [0, 0.35], [-0.65, 1], [-1, 0.65], [-0.35, 0]);
      default: return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
    }
  }

  function paint(path, variant) {
    const [colour] = style(variant);
    const hollow = variant === "prototype";
    path.setAttribute("fill", hollow ? "#fff" : colour);
    path.setAttribute("stroke", hollow ? colour : "#fff");
    path.setAttribute("stroke-width", hollow ? 1.2 : 0.6);
    return path;
  }

  function markOf(variant) {
    const path = paint(drawn("path", { d: outline(style(variant)[1], 7, 7, 5) }), variant);
    return drawn("svg", { class: "mark", viewBox: "0 0 14 14", "aria-hidden": "true" }, path);
  }

  // -- filters ------------------------------------------------------------------------------

  const filters = byId("filters");
  const GENERATED = "all generated";
  const ANY = "all";

  function fill(select, values, first) {
    select.replaceChildren(...[first, ...values].map((value) => node("option", {}, value)));
  }

  const named = (name) => texts[name][0].filter((value) => value);
  fill(filters.system, named("chemical_system").sort(), ANY);
  fill(filters.variant, [...named("variant"), ANY], GENERATED);
  fill(filters.novelty, named("novelty"), ANY);
  fill(filters.reached, STAGES.slice(1), ANY);
  fill(filters.reason, named("reason").sort(), ANY);

  /** The tests of a row that the form asks for; what cannot be read asks for nothing. */
  function tests() {
    const wanted = [];
    const search = filters.search.value.trim().toLowerCase();
    if (search) {
      const found = texts.formula[0].map((formula) => formula.toLowerCase().includes(search));
      wanted.push((row) => found[texts.formula[1][row]] || text("id", row).toLowerCase().includes(search));
    }
    const tokens = filters.elements.value.match(/[-−!]?[A-Z][a-z]?/g) || [];
    if (tokens.length) {
      const without = tokens.filter((one) => !/^[A-Z]/.test(one)).map((one) => one.slice(1));
      const having = tokens.filter((one) => /^[A-Z]/.test(one));
      const only = filters.only.checked && having.length;
      const found = systems.map((own) =>
        (only ? own.every((one) => having.includes(one)) : having.every((one) => own.includes(one))) &&
        !without.some((one) => own.includes(one)));
      wanted.push((row) => found[texts.chemical_system[1][row]]);
    }
    for (const [name, column] of [["system", "chemical_system"], ["variant", "variant"],
      ["novelty", "novelty"], ["reason", "reason"]]) {
      const value = filters[name].value;
      if (value === GENERATED) wanted.push(isGenerated);
      else if (value !== ANY) {
        const code = texts[column][0].indexOf(value);
        wanted.push((row) => texts[column][1][row] === code);
      }
    }
    if (filters.reached.value !== ANY) {
      const least = STAGES.indexOf(filters.reached.value);
      wanted.push((row) => stage[row] >= least);
    }
    if (filters.above.value !== "" && !Number.isNaN(Number(filters.above.value))) {
      const limit = Number(filters.above.value) + 1e-9;
      wanted.push((row) => number("e_above_known_hull", row) != null &&
        number("e_above_known_hull", row) <= limit);
    }
    const range = filters.group.value.match(/^\s*(\d+)\s*(?:[-–]\s*(\d+))?\s*$/);
    if (range) {
      const [low, high] = [Number(range[1]), Number(range[2] || range[1])];
      wanted.push((row) => group[row] >= low && group[row] <= high && group[row] != null);
    }
    return wanted;
  }

  // -- the table ----------------------------------------------------------------------------

  const COLUMNS = [
    { title: "Formula", width: 10.5, narrow: 34, value: (row) => text("formula", row),
      show: (cell, row) => {
        cell.replaceChildren(markOf(text("variant", row)), ...formulaNodes(text("formula", row) || "–"));
      } },
    { title: "Made by", width: 9, value: (row) => text("variant", row) },
    { title: "System", width: 8, value: (row) => text("chemical_system", row) },
    { title: "Space group", width: 13.5, narrow: 33, value: (row) => group[row],
      show: (cell, row) => { cell.textContent = groupName(group[row]); } },
    { title: "Atoms", width: 6.5, numeric: true, value: (row) => number("num_sites", row) },
    { title: "E formation", unit: "eV/atom", width: 9, numeric: true,
      value: (row) => number("formation_energy_after", row), show: energyCell },
    { title: "E above hull", unit: "eV/atom", width: 9, narrow: 33, numeric: true,
      value: (row) => number("e_above_known_hull", row), show: energyCell },
    { title: "Novelty", width: 15, value: (row) => text("novelty", row) },
    { title: "Came to", width: 8.5, value: (row) => (stage[row] < 0 ? null : stage[row]),
      show: (cell, row) => { cell.textContent = text("reached", row) || "–"; } },
    { title: "Id", width: 16.5, value: (row) => text("id", row) },
  ];

  function energyCell(cell, row) {
    cell.textContent = energy(this.value(row));
  }

  const scroller = byId("scroll");
  const body = byId("body");
  const phone = window.matchMedia("(max-width: 900px)");
  let sorting = { column: 6, up: true };
  let view = [];
  let chosen = -1;
  const above = node("tr", { class: "space", "aria-hidden": "true" }, node("td"));
  const below = node("tr", { class: "space", "aria-hidden": "true" }, node("td"));
  const pool = [];

  COLUMNS.forEach((column, place) => {
    const label = node("button", { type: "button" }, column.title);
    if (column.unit) label.append(node("br"), column.unit);
    label.addEventListener("click", () => {
      sorting = { column: place, up: sorting.column === place ? !sorting.up : true };
      refresh();
    });
    const classes = [column.numeric && "number", !column.narrow && "wide"].filter(Boolean).join(" ");
    byId("head").append(node("th", { scope: "col", role: "columnheader", class: classes }, label));
  });

  function setWidths() {
    COLUMNS.forEach((column, place) => {
      byId("head").children[place].style.width = `${phone.matches ? column.narrow || 0 : column.width}%`;
    });
  }

  const collator = new Intl.Collator("en", { numeric: true });

  /** Sorts rows; those without a value come last both ways, and equal ones by how far they came. */
  function sorted(rows) {
    const { column, up } = sorting;
    const values = new Array(ROWS);
    for (const row of rows) values[row] = COLUMNS[column].value(row);
    const isText = rows.some((row) => typeof values[row] === "string");
    const compare = isText ? collator.compare : (a, b) => a - b;
    const sign = up ? 1 : -1;
    return rows.sort((a, b) => {
      const [left, right] = [values[a], values[b]];
      const [noLeft, noRight] = [left == null || left === "", right == null || right === ""];
      if (noLeft || noRight) return noLeft - noRight || stage[b] - stage[a] || a - b;
      return sign * compare(left, right) || stage[b] - stage[a] || a - b;
    });
  }

  function refresh() {
    const wanted = tests();
    const found = [];
    for (let row = 0; row < ROWS; row += 1) if (wanted.every((test) => test(row))) found.push(row);
    view = sorted(found);
    [...byId("head").children].forEach((cell, place) => {
      if (place === sorting.column) cell.setAttribute("aria-sort", sorting.up ? "ascending" : "descending");
      else cell.removeAttribute("aria-sort");
      const arrow = place !== sorting.column ? "" : sorting.up ? " ▲" : " ▼";
      cell.firstChild.childNodes[0].textContent = COLUMNS[place].title + arrow;
    });
    const crystals = view.filter((row) => shownOf(row)).length;
    byId("count").textContent =
      `${count(view.length)} of ${count(ROWS)} rows, ${count(crystals)} with a crystal`;
    byId("save-zip").disabled = !crystals;
    byId("save-csv").disabled = !view.length;
    scroller.setAttribute("aria-rowcount", view.length + 1);
    scroller.scrollTop = 0;
    drawRows();
    drawHull();
  }

  function makeRow() {
    const line = node("tr", { role: "row" });
    for (const column of COLUMNS) {
      const classes = [column.numeric && "number", !column.narrow && "wide"].filter(Boolean).join(" ");
      line.append(node("td", { role: "gridcell", class: classes }));
    }
    line.addEventListener("click", () => choose(Number(line.dataset.row)));
    return line;
  }

  /** Draws the rows that are seen and a few beside them; two empty ones stand for the others. */
  function drawRows() {
    const first = Math.max(0, Math.floor(scroller.scrollTop / LINE) - 6);
    const last = Math.min(view.length, first + Math.ceil(scroller.clientHeight / LINE) + 12);
    const lines = [];
    for (let place = first; place < last; place += 1) {
      const line = (pool[place - first] ??= makeRow());
      const row = view[place];
      line.id = `row-${row}`;
      line.dataset.row = row;
      line.setAttribute("aria-rowindex", place + 2);
      line.setAttribute("aria-selected", row === chosen);
      COLUMNS.forEach((column, number_) => {
        const cell = line.children[number_];
        if (column.show) column.show(cell, row);
        else cell.textContent = column.value(row) ?? "–";
      });
      lines.push(line);
    }
    above.firstChild.style.height = `${first * LINE}px`;
    below.firstChild.style.height = `${(view.length - last) * LINE}px`;
    body.replaceChildren(above, ...lines, below);
    if (view.includes(chosen)) scroller.setAttribute("aria-activedescendant", `row-${chosen}`);
    else scroller.removeAttribute("aria-activedescendant");
  }

  let waiting = false;
  scroller.addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; drawRows(); });
  });

  scroller.addEventListener("keydown", (event) => {
    if (event.target !== scroller || !view.length) return;
    const page = Math.max(1, Math.floor(scroller.clientHeight / LINE) - 2);
    const place = view.indexOf(chosen);
    const moves = { ArrowDown: place + 1, ArrowUp: Math.max(0, place - 1), PageDown: place + page,
      PageUp: Math.max(0, place - page), Home: 0, End: view.length - 1 };
    if (!(event.key in moves)) return;
    event.preventDefault();
    const next = Math.min(view.length - 1, moves[event.key]);
    const head = byId("head").offsetHeight;
    const [top, bottom] = [scroller.scrollTop, scroller.scrollTop + scroller.clientHeight - head - LINE];
    if (next * LINE < top) scroller.scrollTop = next * LINE;
    else if (next * LINE > bottom) scroller.scrollTop += next * LINE - bottom;
    choose(view[next]);
  });

  // -- the chosen crystal -------------------------------------------------------------------

  let state = "relaxed";
  const crystalOf = (row, which) => data[which][row];
  const shownOf = (row) => crystalOf(row, "relaxed") || crystalOf(row, "decoded");
  const current = () => (chosen < 0 ? null : crystalOf(chosen, state));

  function choose(row) {
    chosen = row;
    if (!crystalOf(row, state)) {
      const other = state === "relaxed" ? "decoded" : "relaxed";
      if (crystalOf(row, other)) state = other;
    }
    showChosen(true);
    drawRows();
    markChosen();
  }

  function showChosen(anew) {
    const row = chosen;
    const title = byId("chosen-title");
    title.replaceChildren(markOf(text("variant", row)), ...formulaNodes(text("formula", row) || "no crystal"),
      `  ${groupName(group[row])}`, node("br"), node("small", {}, text("id", row)));
    for (const radio of document.getElementsByName("state")) {
      radio.disabled = !crystalOf(row, radio.value);
      radio.checked = radio.value === state;
    }
    byId("save-cif").disabled = byId("save-poscar").disabled = !current();
    byId("change").replaceChild(changes(row), byId("change").tBodies[0]);
    byId("facts").replaceChildren(...facts(row));
    drawCrystal(anew);
  }

  function changes(row) {
    const lines = [
      ["space group", (_, which) => groupName(number(
        which === "decoded" ? "space_group_before" : "space_group_after", row))],
      ["E formation (eV/atom)", (_, which) => energy(number(
        which === "decoded" ? "formation_energy_before" : "formation_energy_after", row))],
      ["a, b, c (Å)", (one) => cellOf(one).lengths.map((x) => x.toFixed(3)).join(", ")],
      ["α, β, γ (°)", (one) => cellOf(one).angles.map((x) => x.toFixed(1)).join(", ")],
      ["volume (Å³/atom)", (one) => (cellOf(one).volume / one[1].length).toFixed(2)],
    ];
    const made = node("tbody");
    for (const [title, show] of lines) {
      const cells = ["decoded", "relaxed"].map((which) => {
        const one = crystalOf(row, which);
        return node("td", {}, one ? show(one, which) : "–");
      });
      made.append(node("tr", {}, node("th", { scope: "row" }, title), ...cells));
    }
    return made;
  }

  function facts(row) {
    const released = number("delta_formation_energy", row);
    const lines = [
      ["made by", text("variant", row)],
      ["composition asked for", text("composition_asked", row)],
      ["came to", text("reached", row)],
      ["and no further", text("dropped", row)],
      ["novelty", text("novelty", row)],
      ["equals, as decoded", text("matches", row) || text("duplicate_of", row)],
      ["relaxed into", text("matches_after", row) || text("duplicate_after", row)],
      ["prototype", text("prototype", row)],
      ["above the known hull", withUnit(number("e_above_known_hull", row))],
      ["above the redefined hull", withUnit(number("e_above_redefined_hull", row))],
      ["known hull there", text("decomposition_known", row)],
      ["released by relaxation", withUnit(released)],
      ["atoms moved (RMSD)", inUnit(number("rmsd", row), "Å")],
      ["volume, after to before", inUnit(number("volume_ratio", row), "")],
      ...predicted.map((name) => [
        `predicted ${name.slice("predicted_".length).replaceAll("_", " ")}`,
        inUnit(number(name, row), ""),
      ]),
    ];
    return lines
      .filter(([, value]) => value)
      .flatMap(([title, value]) => [node("dt", {}, title), node("dd", {}, value)]);
  }

  const inUnit = (value, unit) => (value == null ? "" : `${energy(value)} ${unit}`.trim());
  const withUnit = (value) => inUnit(value, "eV/atom");

  // -- cells --------------------------------------------------------------------------------

  const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const cross = (a, b) =>
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
  const norm = (a) => Math.sqrt(dot(a, a));
  const vectors = ([m]) => [m.slice(0, 3), m.slice(3, 6), m.slice(6, 9)];
  const at = ([a, b, c], f) => [0, 1, 2].map((k) => f[0] * a[k] + f[1] * b[k] + f[2] * c[k]);
  const placesOf = ([, species, steps]) =>
    species.map((z, n) => ({ z, f: steps.slice(3 * n, 3 * n + 3).map((step) => step / STEPS) }));

  function cellOf(crystal) {
    const [a, b, c] = vectors(crystal);
    const angle = (u, v) => (Math.acos(dot(u, v) / norm(u) / norm(v)) * 180) / Math.PI;
    return { lengths: [norm(a), norm(b), norm(c)], angles: [angle(b, c), angle(a, c), angle(a, b)],
      volume: Math.abs(dot(a, cross(b, c))) };
  }

  const symbol = (z) => data.elements[z][0];

  /** The atoms in the order of their elements, as POSCAR asks for. */
  function grouped(crystal) {
    const order = [...new Set(crystal[1])];
    return order.map((z) => [symbol(z), placesOf(crystal).filter((one) => one.z === z)]);
  }

  const safeName = (name) => name.replace(/[^\w.+-]/g, "_").slice(0, 100) || "crystal";

  function cif(crystal, name) {
    const { lengths, angles, volume } = cellOf(crystal);
    const parts = grouped(crystal);
    const lines = [
      `data_${safeName(name)}`,
      `_chemical_formula_sum '${parts.map(([s, atoms]) => s + atoms.length).join(" ")}'`,
      "_symmetry_space_group_name_H-M 'P 1'",
      "_symmetry_Int_Tables_number 1",
      ...["a", "b", "c"].map((axis, n) => `_cell_length_${axis} ${lengths[n].toFixed(6)}`),
      ...["alpha", "beta", "gamma"].map((name_, n) => `_cell_angle_${name_} ${angles[n].toFixed(5)}`),
      `_cell_volume ${volume.toFixed(5)}`,
      "loop_", " _symmetry_equiv_pos_site_id", " _symmetry_equiv_pos_as_xyz", " 1 'x, y, z'",
      "loop_", " _atom_site_label", " _atom_site_type_symbol", " _atom_site_fract_x",
      " _atom_site_fract_y", " _atom_site_fract_z", " _atom_site_occupancy",
    ];
    for (const [name_, atoms] of parts) {
      atoms.forEach(({ f }, n) =>
        lines.push(` ${name_}${n + 1} ${name_} ${f.map((x) => x.toFixed(6)).join(" ")} 1`));
    }
    return `${lines.join("\n")}\n`;
  }

  function poscar(crystal, name) {
    const parts = grouped(crystal);
    const row = (values, digits) => values.map((x) => x.toFixed(digits).padStart(digits + 5)).join(" ");
    return [
      safeName(name), "1.0",
      ...vectors(crystal).map((vector) => row(vector, 6)),
      parts.map(([s]) => s).join(" "),
      parts.map(([, atoms]) => atoms.length).join(" "),
      "direct",
      ...parts.flatMap(([s, atoms]) => atoms.map(({ f }) => `${row(f, 6)} ${s}`)),
      "",
    ].join("\n");
  }

  // -- the 3D view --------------------------------------------------------------------------

  let viewer = null;
  let failed = false;
  const NEAR_FACE = 0.02; // of a lattice vector: an atom there also shows on the other side

  const lightness = (colour) =>
    [0.3, 0.59, 0.11].reduce((sum, part, n) => sum + (part * parseInt(colour.slice(1 + 2 * n, 3 + 2 * n), 16)) / 255, 0);

  function sceneAtoms(crystal, cells) {
    const lattice = vectors(crystal);
    const atoms = [];
    for (const { z, f } of placesOf(crystal)) {
      const own = f.map((x) => (x > 1 - NEAR_FACE ? x - 1 : x));
      const shifts = own.map((x) =>
        [...Array(cells + (Math.abs(x) < NEAR_FACE ? 1 : 0)).keys()]);
      for (const i of shifts[0]) for (const j of shifts[1]) for (const k of shifts[2]) {
        const [x, y, zz] = at(lattice, [own[0] + i, own[1] + j, own[2] + k]);
        atoms.push({ elem: symbol(z), x, y, z: zz, bonds: [], bondOrder: [], properties: {}, radius: data.elements[z][2],
          letters: lightness(data.elements[z][1]) > 0.6 ? "#111111" : "#ffffff" });
      }
    }
    if (byId("bonds").checked) {
      for (let i = 0; i < atoms.length; i += 1) for (let j = i + 1; j < atoms.length; j += 1) {
        const [p, q] = [atoms[i], atoms[j]];
        const reach = 1.15 * (p.radius + q.radius);
        const apart = (p.x - q.x) ** 2 + (p.y - q.y) ** 2 + (p.z - q.z) ** 2;
        if (apart < reach * reach) {
          p.bonds.push(j); p.bondOrder.push(1);
          q.bonds.push(i); q.bondOrder.push(1);
        }
      }
    }
    return atoms;
  }

  function drawCrystal(anew) {
    const crystal = current();
    const note = byId("viewer-note");
    byId("legend").replaceChildren(...(crystal ? [...new Set(crystal[1])] : []).map((z) => {
      const swatch = node("i");
      swatch.style.background = data.elements[z][1];
      return node("span", {}, swatch, symbol(z));
    }));
    note.hidden = Boolean(crystal) && !failed;
    if (!crystal) note.textContent = "This graph gave no crystal.";
    if (failed) return;
    try {
      viewer ??= window.$3Dmol.createViewer(byId("viewer"),
        { backgroundColor: "white", disableFog: true, antialias: true });
      if (!viewer) throw new Error("no viewer");
    } catch {
      failed = true;
      note.hidden = false;
      note.textContent = "This browser shows no 3D (WebGL); the files can be downloaded all the same.";
      return;
    }
    viewer.clear();
    if (crystal) {
      const cells = Number(byId("cells").value);
      const lattice = vectors(crystal);
      const model = viewer.addModel();
      model.addAtoms(sceneAtoms(crystal, cells));
      for (const z of new Set(crystal[1])) {
        const [name, colour, radius] = data.elements[z];
        const look = { sphere: { radius: 0.38 * radius + 0.12, color: colour } };
        if (byId("bonds").checked) look.stick = { radius: 0.09, color: colour };
        model.setStyle({ elem: name }, look);
      }
      for (const f of [[0, 0, 0], [1, 1, 0], [1, 0, 1], [0, 1, 1]]) for (const axis of [0, 1, 2]) {
        const g = f.map((x, n) => (n === axis ? 1 - x : x));
        const [start, end] = [at(lattice, f), at(lattice, g)].map(([x, y, z]) => ({ x, y, z }));
        viewer.addCylinder({ start, end, radius: 0.025, color: "#555555" });
      }
      const plain = { showBackground: false, fontColor: "#111111", inFront: true };
      ["a", "b", "c"].forEach((name, axis) => {
        const [x, y, z] = at(lattice, [0, 1, 2].map((n) => (n === axis ? 1.06 : 0)));
        viewer.addLabel(name, { ...plain, fontSize: 15, position: { x, y, z }, alignment: "center" });
      });
      if (byId("names").checked) {
        for (const atom of model.selectedAtoms({})) {
          viewer.addLabel(atom.elem, { ...plain, fontSize: 12, fontColor: atom.letters, position: atom, alignment: "center" });
        }
      }
    }
    if (anew && crystal) {
      viewer.zoomTo();
      lookAlong(2);
      turn(-80, 0);
      turn(15, 1);
    }
    viewer.render();
  }

  /** Turns the view so that a lattice vector points at the reader and the next one to the right. */
  function lookAlong(axis) {
    const crystal = current();
    if (!viewer || !crystal) return;
    const unit = (v) => v.map((x) => x / norm(v));
    const lattice = vectors(crystal);
    const z = unit(lattice[axis]);
    const y = unit(cross(z, lattice[(axis + 1) % 3]));
    viewer.setView([...viewer.getView().slice(0, 4), ...quaternion([cross(y, z), y, z])]);
    viewer.render();
  }

  /** The quaternion (x, y, z, w) of a rotation matrix, given by its rows. */
  function quaternion([[a, b, c], [d, e, f], [g, h, i]]) {
    const squares = [1 + a - e - i, 1 - a + e - i, 1 - a - e + i, 1 + a + e + i];
    const largest = squares.indexOf(Math.max(...squares));
    const found = [
      [squares[0], b + d, c + g, h - f],
      [b + d, squares[1], f + h, c - g],
      [c + g, f + h, squares[2], d - b],
      [h - f, c - g, d - b, squares[3]],
    ][largest];
    return found.map((value) => value / Math.hypot(...found));
  }

  /** Turns the crystal by degrees about an axis of the screen: to the right, up, at the reader. */
  function turn(degrees, axis) {
    const seen = viewer.getView();
    const half = (degrees * Math.PI) / 360;
    const v = [0, 1, 2].map((n) => (n === axis ? Math.sin(half) : 0));
    const [w, u, t] = [Math.cos(half), seen.slice(4, 7), seen[7]];
    const uv = cross(v, u);
    viewer.setView([...seen.slice(0, 4), ...[0, 1, 2].map((n) => w * u[n] + t * v[n] + uv[n]),
      w * t - dot(v, u)]);
  }

  for (const radio of document.getElementsByName("state")) {
    radio.addEventListener("change", () => { state = radio.value; if (chosen >= 0) showChosen(false); });
  }
  for (const id of ["bonds", "names"]) {
    byId(id).addEventListener("change", () => chosen >= 0 && drawCrystal(false));
  }
  byId("cells").addEventListener("change", () => chosen >= 0 && drawCrystal(true));
  byId("spin").addEventListener("change", (event) => viewer?.spin(event.target.checked ? "y" : false));
  for (const button of document.querySelectorAll("[data-along]")) {
    button.addEventListener("click", () => lookAlong(Number(button.dataset.along)));
  }
  byId("viewer").addEventListener("keydown", (event) => {
    const turns = { ArrowLeft: [-10, 1], ArrowRight: [10, 1], ArrowUp: [-10, 0], ArrowDown: [10, 0] };
    const zooms = { "+": 1.15, "=": 1.15, "-": 1 / 1.15 };
    if (!viewer || !(event.key in turns || event.key in zooms)) return;
    event.preventDefault();
    if (event.key in turns) turn(...turns[event.key]);
    else viewer.zoom(zooms[event.key]);
    viewer.render();
  });

  // -- downloads ----------------------------------------------------------------------------

  function save(name, content, type) {
    const place = URL.createObjectURL(new Blob([content], { type }));
    const link = node("a", { href: place, download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(place), 60000);
  }

  const fileName = (row, which) => safeName(`${text("id", row)}-${which}`);
  byId("save-cif").addEventListener("click", () =>
    save(`${fileName(chosen, state)}.cif`, cif(current(), text("id", chosen)), "chemical/x-cif"));
  byId("save-poscar").addEventListener("click", () =>
    save(`${fileName(chosen, state)}.vasp`, poscar(current(), text("id", chosen)), "text/plain"));

  /** The rows of the table as CSV; a text that a spreadsheet takes for a formula gets a '. */
  function csv() {
    const names = [...Object.keys(texts).filter((name) => name !== "reason"), ...Object.keys(numbers)];
    const cell = (value) => {
      if (value == null) return "";
      const plain = typeof value === "string" && /^'*[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
      return /[",\n\r]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
    };
    const lines = view.map((row) =>
      names.map((name) => cell(name in texts ? text(name, row) : number(name, row))).join(","));
    return `${[names.join(","), ...lines].join("\n")}\n`;
  }

  byId("save-csv").addEventListener("click", () => save("crystals.csv", csv(), "text/csv"));
  byId("save-zip").addEventListener("click", () => {
    const files = { "crystals.csv": window.fflate.strToU8(csv()) };
    for (const row of view) for (const which of ["decoded", "relaxed"]) {
      const crystal = crystalOf(row, which);
      if (!crystal) continue;
      const name = `${which}/${safeName(text("id", row))}`;
      files[`${name}.cif`] = window.fflate.strToU8(cif(crystal, text("id", row)));
      files[`${name}.vasp`] = window.fflate.strToU8(poscar(crystal, text("id", row)));
    }
    save("crystals.zip", window.fflate.zipSync(files), "application/zip");
  });

  // -- the hull -----------------------------------------------------------------------------

  const plot = byId("plot");
  const hullSystem = byId("hull-system");
  const hullAxis = byId("hull-axis");
  const CORNERS = [[0, 0], [1, 0], [0.5, Math.sqrt(3) / 2]];
  let points = [];
  let active = -1;

  function fillHulls() {
    fill(hullSystem, Object.keys(data.hulls).slice(1), Object.keys(data.hulls)[0]);
    fillAxis();
  }

  function fillAxis() {
    const hull = data.hulls[hullSystem.value];
    fill(hullAxis, hull.elements.slice(0, -1), hull.elements.at(-1));
    byId("axis-label").hidden = hull.elements.length === 3;
  }

  /** Round numbers between two, about so many. */
  function ticks(low, high, about) {
    const rough = (high - low) / about;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = power * [1, 2, 5, 10].find((one) => one * power >= rough);
    const found = [];
    for (let n = Math.ceil(low / step - 1e-9); n * step <= high + 1e-9; n += 1) found.push(n * step);
    return { found, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
  }

  function drawHull() {
    const hull = data.hulls[hullSystem.value];
    if (!hull) return;
    const width = Math.max(280, plot.clientWidth);
    const height = Math.round(Math.min(470, Math.max(290, width * 0.66)));
    const picture = drawn("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "presentation" });
    const ternary = hull.elements.length === 3;
    points = hull.rows.map((row, n) => ({ row, n, variant: text("variant", row) }));
    const frame = ternary ? triangle(hull, width, height, picture) : axes(hull, width, height, picture);
    for (const [edges, look] of [
      [hull.redefined, { stroke: "#9fb4c7", "stroke-width": 4 }],
      [hull.known, { stroke: "#222222", "stroke-width": 1.3, "stroke-dasharray": "6 4" }],
    ]) {
      if (!frame.lines) break;
      for (const [first, second] of edges) {
        const [p, q] = [points[first], points[second]];
        picture.append(drawn("line", { x1: p.x, y1: p.y, x2: q.x, y2: q.y, "stroke-linecap": "round", ...look }));
      }
    }
    const passed = new Set(view);
    const order = { known: 0, prototype: 0 };
    let beyond = 0;
    for (const point of [...points].sort((a, b) => (order[a.variant] ?? 1) - (order[b.variant] ?? 1))) {
      if (point.y < 2) { beyond += 1; point.hidden = true; continue; }
      const generated = point.variant in data.styles;
      const mark = paint(drawn("path", { d: outline(style(point.variant)[1], point.x, point.y, generated ? 5.5 : 4.5) }), point.variant);
      const faint = generated && !passed.has(point.row) ? " faint" : "";
      const made = drawn("g", { class: `point${faint}`, role: "option", id: `point-${point.n}`,
        "aria-label": describe(point.row), "aria-selected": "false" },
        drawn("circle", { cx: point.x, cy: point.y, r: 9, fill: "transparent" }), mark);
      if (hull.found[point.n]) {
        made.append(drawn("circle", { cx: point.x, cy: point.y, r: 8.5, fill: "none", stroke: "#c51b7d", "stroke-width": 1.4 }));
      }
      made.addEventListener("pointerenter", () => tell(point.row));
      made.addEventListener("click", () => { active = point.n; choose(point.row); });
      picture.append(made);
    }
    if (beyond) {
      picture.append(drawn("text", { x: width - 10, y: 16, "text-anchor": "end" },
        `${count(beyond)} above this axis`));
    }
    picture.append(drawn("circle", { id: "ring", r: 11, fill: "none", stroke: "#1f5a96", "stroke-width": 3, visibility: "hidden", "pointer-events": "none" }));
    plot.replaceChildren(picture);
    plot.setAttribute("aria-label", `${hullSystem.value}: ${points.length} crystals and phases`);
    markChosen();
    drawHullLegend(hull);
  }

  function axes(hull, width, height, picture) {
    const box = { left: 58, right: width - 14, top: 24, bottom: height - 44 };
    const across = Math.max(0, hull.elements.indexOf(hullAxis.value));
    const binary = hull.elements.length === 2;
    const column = binary ? "formation_energy_after" : "e_above_known_hull";
    const values = points.map(({ row }) => number(column, row)).filter((value) => value != null);
    const least = Math.min(0, ...values.filter(Number.isFinite));
    const most = Math.max(0.01, ...values.filter(Number.isFinite));
    // As far above zero as the hull goes below, so that a few high ones do not flatten it.
    const usual = Math.min(0.6, Math.max(0.15, binary ? -least : 0.3));
    const high = byId("hull-all").checked ? most : Math.min(most, usual);
    const low = least - 0.06 * (high - least);
    const top = high + 0.06 * (high - least);
    const toX = (f) => box.left + 8 + f * (box.right - box.left - 16);
    const toY = (e) => box.bottom - ((e - low) / (top - low)) * (box.bottom - box.top);
    const rule = (attributes) => picture.append(drawn("line", { stroke: "#e4e7ea", ...attributes }));
    const label = (x, y, words, more = {}) => picture.append(drawn("text", { x, y, ...more }, words));
    const up = ticks(low, top, height / 65);
    for (const value of up.found) {
      rule({ x1: box.left, x2: box.right, y1: toY(value), y2: toY(value) });
      label(box.left - 6, toY(value) + 4, value.toFixed(up.digits).replace(/^-(?=.*[1-9])/, "−").replace(/^-/, ""), { "text-anchor": "end" });
    }
    for (const value of [0, 0.25, 0.5, 0.75, 1]) {
      rule({ x1: toX(value), x2: toX(value), y1: box.top, y2: box.bottom });
      label(toX(value), box.bottom + 17, String(value), { "text-anchor": "middle" });
    }
    rule({ x1: box.left, x2: box.right, y1: toY(0), y2: toY(0), stroke: "#8a9099" });
    label((box.left + box.right) / 2, height - 8, `atomic fraction of ${hull.elements[across]}`, { "text-anchor": "middle" });
    label(8, 15, binary ? "E formation (eV/atom)" : "E above the known hull (eV/atom)");
    for (const point of points) {
      const value = number(column, point.row);
      // The variants step aside from each other by a hair, so that neither hides the other.
      const place = Object.keys(data.styles).indexOf(point.variant);
      const aside = place < 0 ? 0 : 7 * (place - (Object.keys(data.styles).length - 1) / 2);
      point.x = toX(hull.fractions[point.n][across]) + aside;
      point.y = value == null || value > top ? -99 : toY(value);
    }
    return { lines: binary };
  }

  function triangle(hull, width, height, picture) {
    const size = Math.min(width - 70, (height - 60) / CORNERS[2][1]);
    const [left, bottom] = [(width - size) / 2, height - 30];
    const place = ([x, y]) => [left + x * size, bottom - y * size];
    const corners = CORNERS.map(place);
    picture.append(drawn("path", { d: `M${corners.map((one) => one.join(" ")).join("L")}Z`, fill: "none", stroke: "#555" }));
    const offsets = [[-8, 18], [8, 18], [0, -10]];
    hull.elements.forEach((name, n) =>
      picture.append(drawn("text", { x: corners[n][0] + offsets[n][0], y: corners[n][1] + offsets[n][1], "text-anchor": "middle" }, name)));
    for (const point of points) {
      const f = hull.fractions[point.n];
      const sum = [0, 1].map((k) => f[0] * CORNERS[0][k] + f[1] * CORNERS[1][k] + f[2] * CORNERS[2][k]);
      [point.x, point.y] = place(sum);
    }
    return { lines: true };
  }

  function describe(row) {
    const words = [text("formula", row), groupName(group[row]), text("variant", row)];
    const value = number("e_above_known_hull", row);
    if (value != null) words.push(`${energy(value)} eV/atom above the known hull`);
    return words.join(", ");
  }

  function tell(row) {
    byId("tip").textContent = describe(row);
  }

  function markChosen() {
    const ring = byId("ring");
    const point = points.find((one) => one.row === chosen && !one.hidden);
    for (const option of plot.querySelectorAll("[aria-selected=true]")) option.setAttribute("aria-selected", "false");
    if (ring) ring.setAttribute("visibility", point ? "visible" : "hidden");
    if (!point || !ring) return;
    ring.setAttribute("cx", point.x);
    ring.setAttribute("cy", point.y);
    byId(`point-${point.n}`)?.setAttribute("aria-selected", "true");
    tell(point.row);
  }

  plot.addEventListener("keydown", (event) => {
    const order = points.filter((one) => !one.hidden).sort((a, b) => a.x - b.x || a.y - b.y);
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    if (!order.length) return;
    if (event.key === "Enter" && active >= 0) choose(points[active].row);
    if (!(event.key in steps)) return;
    event.preventDefault();
    const before = order.findIndex((one) => one.n === active);
    const next = order[(before + steps[event.key] + order.length) % order.length];
    active = next.n;
    const ring = byId("ring");
    ring.setAttribute("visibility", "visible");
    ring.setAttribute("cx", next.x);
    ring.setAttribute("cy", next.y);
    plot.setAttribute("aria-activedescendant", `point-${next.n}`);
    tell(next.row);
  });

  function drawHullLegend(hull) {
    const present = new Set(points.map(({ variant }) => variant));
    const line = (look) => drawn("svg", { class: "mark", viewBox: "0 0 14 14", "aria-hidden": "true" },
      drawn("line", { x1: 0, x2: 14, y1: 7, y2: 7, ...look }));
    const entries = [...present].map((variant) => [markOf(variant), { known: "known phase" }[variant] || variant]);
    if (hull.known.length) entries.push([line({ stroke: "#222222", "stroke-width": 1.5, "stroke-dasharray": "4 2.5" }), "known hull"]);
    if (hull.redefined.length) entries.push([line({ stroke: "#9fb4c7", "stroke-width": 4 }), "hull with the crystals"]);
    if (hull.found.some(Boolean)) {
      entries.push([drawn("svg", { class: "mark", viewBox: "0 0 14 14", "aria-hidden": "true" },
        drawn("circle", { cx: 7, cy: 7, r: 5.5, fill: "none", stroke: "#c51b7d", "stroke-width": 1.5 })), "known, generated again"]);
    }
    byId("hull-legend").replaceChildren(...entries.map((parts) => node("span", {}, ...parts)));
  }

  hullSystem.addEventListener("change", () => { active = -1; fillAxis(); drawHull(); });
  hullAxis.addEventListener("change", drawHull);
  byId("hull-all").addEventListener("change", drawHull);

  // -- fates --------------------------------------------------------------------------------

  function show(changes) {
    filters.reset();
    for (const [name, value] of Object.entries(changes)) filters[name].value = value;
    refresh();
    byId("finder").scrollIntoView();
    scroller.focus({ preventScroll: true });
  }

  function drawFates() {
    for (const variant of Object.keys(data.styles)) {
      const code = texts.variant[0].indexOf(variant);
      const rows = [...Array(ROWS).keys()].filter((row) => texts.variant[1][row] === code);
      const counts = STAGES.map((_, least) => rows.filter((row) => stage[row] >= least).length);
      const funnel = node("table", {}, node("tbody"));
      STAGES.forEach((name, n) => {
        const bar = node("i");
        bar.style.width = `${rows.length ? (100 * counts[n]) / rows.length : 0}%`;
        bar.style.background = style(variant)[0];
        funnel.tBodies[0].append(node("tr", {},
          node("th", { scope: "row" }, STAGE_NAMES[name]),
          node("td", {}, shower(counts[n], { variant, ...(n ? { reached: name } : {}) })),
          node("td", { class: "length" }, bar)));
      });
      const reasons = new Map();
      for (const row of rows) {
        const reason = text("reason", row);
        if (reason) reasons.set(reason, (reasons.get(reason) || 0) + 1);
      }
      const table = node("table", {}, node("tbody"));
      for (const [reason, n] of [...reasons].sort((a, b) => b[1] - a[1])) {
        table.tBodies[0].append(node("tr", {}, node("td", {}, shower(n, { variant, reason })), node("td", {}, reason)));
      }
      byId("funnels").append(node("div", {}, node("h3", {}, markOf(variant), variant), funnel,
        node("h3", {}, "and went no further since"), table));
    }
  }

  function shower(n, changes) {
    const button = node("button", { type: "button" }, count(n));
    button.addEventListener("click", () => show(changes));
    return button;
  }

  // -- start --------------------------------------------------------------------------------

  function tellAbout() {
    const graphs = [...Array(ROWS).keys()].filter(isGenerated);
    const crystals = graphs.filter((row) => stage[row] > 0).length;
    const relaxed = graphs.filter((row) => crystalOf(row, "relaxed")).length;
    byId("about").textContent =
      `${count(graphs.length)} graphs by ${Object.keys(data.styles).join(" and ")} gave ${count(crystals)} ` +
      `crystals, of which ${count(relaxed)} were relaxed; ${count(ROWS - graphs.length)} competing phases. ` +
      `Energies: ${data.energies}${data.note ? `; those of the crystals: ${data.note}` : ""}. ` +
      "Where a machine-learned potential is named, they are its, not those of density functional theory. " +
      "What is new here may be known elsewhere.";
  }

  filters.addEventListener("input", refresh);
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.addEventListener("reset", () => setTimeout(refresh));
  phone.addEventListener("change", () => { setWidths(); drawRows(); });
  if (phone.matches) byId("filter-box").open = false;
  let resizing = 0;
  window.addEventListener("resize", () => {
    clearTimeout(resizing);
    resizing = setTimeout(() => { viewer?.resize(); drawRows(); drawHull(); }, 120);
  });
  tellAbout();
  setWidths();
  if (Object.keys(data.hulls).length) fillHulls();
  else byId("hull").hidden = true;
  refresh();
  drawFates();
  document.documentElement.dataset.ready = "table";
  // The table is there before the 3D view, whose start takes longest.
  requestAnimationFrame(() => setTimeout(() => {
    if (view.length && chosen < 0) choose(view[0]);
    document.documentElement.dataset.ready = "all";
  }));
})();
