import { FINISHED, getNeeds, getSteps, OPEN } from "./actions";
import { getLate, getWindow, renderReach, renderRefused, renderState } from "./day_view";
import { h, icon } from "./dom";
import { _t, formatDay, formatNumber, formatTime } from "./words";

function section(title, ...content) {
    return h("section.o_day_section", { key: title }, h("h2", {}, title), content);
}

/** The first line names the service, the others describe it to customers. */
function getTitle(line) {
    return line.name.split("\n")[0];
}

function getDetails(line) {
    return [line.code, ...line.name.split("\n").slice(1)].filter(Boolean).join(" · ");
}

function renderLine(line, order, app, open) {
    const quantity = line.planned && line.done !== line.planned
        ? `${formatNumber(line.done)} / ${formatNumber(line.planned)}`
        : formatNumber(line.done || line.planned);
    return h(
        `div.o_day_check${line.done ? ".o_day_ticked" : ""}`,
        { key: `line${line.id}` },
        h(
            "button.o_day_tick",
            {
                type: "button",
                role: "checkbox",
                "aria-checked": String(Boolean(line.done)),
                "aria-label": getTitle(line),
                disabled: !open,
                onclick: () => app.setLine(order, line, line.done ? 0 : line.planned || 1),
            },
            line.done ? "✓" : ""
        ),
        h("span.o_day_grow", {}, getTitle(line), h("small.o_day_soft", {}, getDetails(line))),
        h(
            "button.o_day_amount",
            {
                type: "button",
                disabled: !open,
                "aria-label": _t("Quantity of %(name)s", { name: getTitle(line) }),
                onclick: () => app.changeQuantity(order, line),
            },
            `${quantity} `,
            h("small.o_day_unit", {}, line.uom)
        )
    );
}

function renderPhoto(photo, order, app, open) {
    const source = photo.file ? app.getFileUrl(photo) : `/web/image/${photo.id}/200x200?crop=1`;
    return h(
        "div.o_day_photo",
        { key: `photo${photo.id}` },
        h("img", { src: source, alt: photo.name || _t("Photo"), loading: "lazy" }),
        open && !photo.file
            ? h(
                  "button.o_day_round",
                  {
                      type: "button",
                      "aria-label": _t("Take this photo away"),
                      onclick: () => app.removePhoto(order, photo),
                  },
                  "✕"
              )
            : false,
        photo.file ? h("small", {}, _t("waits")) : false
    );
}

function photoButton(label, onfiles, accept = "image/*", name = label) {
    return h(
        "label.o_day_button",
        { key: name, "aria-label": name },
        icon("photo"),
        label,
        h("input", {
            type: "file",
            accept,
            multiple: true,
            hidden: true,
            onchange: (event) => {
                const files = [...event.target.files];
                event.target.value = "";
                onfiles(files);
            },
        })
    );
}

function renderPhotos(order, app, open) {
    return section(
        _t("Photos"),
        order.photos.length
            ? h("div.o_day_photos", {}, order.photos.map((photo) => renderPhoto(photo, order, app, open)))
            : false,
        open
            ? h(
                  "div.o_day_pair",
                  {},
                  photoButton(_t("Before"), (files) => app.addPhotos(order, files, "before")),
                  photoButton(_t("After"), (files) => app.addPhotos(order, files, "after"))
              )
            : false
    );
}

function renderPapers(order, app, open) {
    if (!order.papers.length && !(order.needs.done || []).length) {
        return false;
    }
    return section(
        _t("Documents to hand in"),
        order.papers.map((paper) =>
            h(
                "div.o_day_check",
                { key: `paper${paper.id}` },
                h(
                    "span.o_day_grow",
                    {},
                    paper.name,
                    h("br"),
                    h(
                        "small.o_day_soft",
                        {},
                        [paper.label, paper.scans && _t("%(count)s photos", { count: paper.scans })]
                            .filter(Boolean)
                            .join(" · ")
                    )
                ),
                open || order.state === "done"
                    ? photoButton(
                          "",
                          (files) => app.addScans(order, paper, files),
                          "image/*,application/pdf",
                          _t("Photo of %(name)s", { name: paper.name })
                      )
                    : false
            )
        ),
        (order.needs.done || []).map((need) => h("p.o_day_needs", { key: need }, need)),
        open && !order.papersAsked
            ? h("button.o_day_button", { type: "button", onclick: () => app.makePapers(order) }, _t("Make the documents"))
            : false
    );
}

function renderProblems(order, app, open) {
    const fitting = app.day.problems.filter(
        (problem) =>
            order.problems.includes(problem.id) ||
            !problem.categories.length ||
            problem.categories.some((id) => order.categories.includes(id))
    );
    if (!fitting.length) {
        return false;
    }
    return section(
        _t("What was wrong"),
        h(
            "div.o_day_chips",
            {},
            fitting.map((problem) => {
                const chosen = order.problems.includes(problem.id);
                return h(
                    `button.o_day_chip${chosen ? ".o_day_chosen" : ""}`,
                    {
                        key: problem.id,
                        type: "button",
                        disabled: !open,
                        "aria-pressed": String(chosen),
                        onclick: () => app.toggleProblem(order, problem),
                    },
                    problem.name
                );
            })
        )
    );
}

function renderSignature(order, app, open) {
    return section(
        _t("Customer signs"),
        order.signed
            ? h("p", {}, "✓ ", _t("Signed by %(name)s", { name: order.signed_by || _t("the customer") }))
            : h("p.o_day_soft", {}, order.must_sign ? _t("Needed before you hand in") : _t("Not signed yet")),
        open
            ? h(
                  "button.o_day_button",
                  { type: "button", onclick: () => app.sign(order) },
                  order.signed ? _t("Sign again") : _t("Let the customer sign")
              )
            : false
    );
}

/** How a performer says what the office calls a refusal. */
export function getCannotLabel(step) {
    if (step.name === "refuse") {
        return _t("I cannot do it");
    }
    return step.name === "customer_absent" ? _t("Nobody is there") : step.label;
}

function renderFoot(order, app) {
    const { next, others, cannot } = getSteps(order, app.day.steps);
    if (!next && !cannot.length) {
        return false;
    }
    const needs = next?.name === "done" ? getNeeds(order) : [];
    return h(
        "footer.o_day_foot",
        { key: "foot" },
        needs.length ? h("p.o_day_needs", {}, _t("Needs: %(needs)s", { needs: needs.join(" · ") })) : false,
        (order.needs[next?.name] || []).length && next.name !== "done"
            ? h("p.o_day_needs", {}, order.needs[next.name].join(" · "))
            : false,
        next
            ? h(
                  "button.o_day_button.o_day_primary",
                  { type: "button", onclick: () => app.step(order, next) },
                  next.name === "done" ? _t("Hand in") : next.label
              )
            : false,
        h(
            "div.o_day_pair",
            {},
            others.map((step) =>
                h("button.o_day_button", { type: "button", key: step.name, onclick: () => app.step(order, step) }, step.label)
            ),
            cannot.map((step) =>
                h(
                    "button.o_day_button.o_day_quiet",
                    { type: "button", key: step.name, onclick: () => app.step(order, step) },
                    getCannotLabel(step)
                )
            )
        )
    );
}

export function renderJob(order, app) {
    const open = OPEN.includes(order.state);
    const late = getLate(order, app.now());
    return [
        h("a.o_day_back", { href: "#" }, "‹ ", _t("My day")),
        h(
            "div.o_day_line",
            {},
            h(
                "strong.o_day_hours",
                {},
                `${formatDay(order.start)} ${formatTime(order.start)}–${order.end ? formatTime(order.end) : ""}`
            ),
            renderState(order, app)
        ),
        late ? h("span.o_day_badge.o_day_red", {}, late) : false,
        getWindow(order) ? h("p.o_day_strong", {}, getWindow(order)) : false,
        h("h1.o_day_place", {}, order.place),
        h("p", {}, order.customer),
        h("p.o_day_soft", {}, [order.name, order.services].filter(Boolean).join(" · ")),
        order.together ? h("p", {}, _t("With %(names)s", { names: order.together })) : false,
        order.lead ? h("p.o_day_note.o_day_blue", {}, _t("%(name)s leads this visit and hands it in.", { name: order.lead })) : false,
        renderRefused(app),
        FINISHED.includes(order.state)
            ? h(
                  "p.o_day_note.o_day_green",
                  {},
                  "✓ ",
                  _t("Handed in."),
                  order.began && order.ended
                      ? ` ${formatTime(order.began)}–${formatTime(order.ended)}`
                      : ""
              )
            : renderReach(order),
        order.instruction ? section(_t("What to do"), h("p.o_day_words", {}, order.instruction)) : false,
        section(
            _t("Work and materials"),
            order.lines.map((line) => renderLine(line, order, app, open)),
            order.lines.length ? false : h("p.o_day_soft", {}, _t("Nothing is listed: write below what you did.")),
            open
                ? h("button.o_day_button", { type: "button", onclick: () => app.addMaterial(order) }, _t("+ Material"))
                : false
        ),
        renderPhotos(order, app, open),
        section(
            _t("What was done"),
            h("textarea.o_day_text", {
                rows: 4,
                maxlength: 10000,
                disabled: !open,
                value: app.getReport(order),
                "aria-label": _t("What was done"),
                placeholder: _t("What you did, what you found, what is missing"),
                oninput: (event) => app.typeReport(order, event.target.value),
                onblur: () => app.saveReport(),
            })
        ),
        renderProblems(order, app, open),
        renderPapers(order, app, open),
        renderSignature(order, app, open),
        renderFoot(order, app),
    ];
}
