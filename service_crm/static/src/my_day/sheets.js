/** What is asked in between: a sheet from below, large enough for a thumb. */
import { getNeeds, getOwnNeeds } from "./actions";
import { h } from "./dom";
import { SignaturePad } from "./signature_pad";
import { _t, formatNumber, formatTime, momentAt } from "./words";

/**
 * Show a sheet; resolves with what was given to `done`, or nothing when it was closed.
 *
 * @param {string} title
 * @param {(done: Function) => Array} build the content
 */
export function openSheet(title, build) {
    return new Promise((resolve) => {
        const done = (value) => {
            dialog.close();
            dialog.remove();
            resolve(value);
        };
        const dialog = h(
            "dialog.o_day_sheet",
            { "aria-label": title, oncancel: () => done() },
            h(
                "header",
                {},
                h("h2", {}, title),
                h(
                    "button.o_day_close",
                    { type: "button", "aria-label": _t("Close"), onclick: () => done() },
                    "✕"
                )
            ),
            build(done)
        );
        document.body.append(dialog);
        dialog.showModal();
    });
}

function primary(label, onclick) {
    return h("button.o_day_button.o_day_primary", { type: "button", onclick }, label);
}

function secondary(label, onclick) {
    return h("button.o_day_button", { type: "button", onclick }, label);
}

/** Yes or no. */
export function askSure(title, text, label) {
    return openSheet(title, (done) => [h("p", {}, text), primary(label, () => done(true))]);
}

/** Why a job cannot be done: a word to press, or words of one's own. */
export function askReason(title, suggestions) {
    return openSheet(title, (done) => {
        const text = h("textarea.o_day_text", {
            rows: 3,
            maxlength: 500,
            "aria-label": _t("Reason"),
            placeholder: _t("Say why, so that the dispatcher can help"),
        });
        const problem = h("p.o_day_error", { role: "alert" });
        const send = () => {
            if (text.value.trim()) {
                done(text.value.trim());
            } else {
                problem.textContent = _t("Say why first.");
                text.focus();
            }
        };
        const take = (words) => {
            text.value = words;
            problem.textContent = "";
        };
        return [
            h(
                "div.o_day_chips",
                {},
                suggestions.map((words) =>
                    h("button.o_day_chip", { type: "button", onclick: () => take(words) }, words)
                )
            ),
            text,
            problem,
            primary(_t("Tell the dispatcher"), send),
        ];
    });
}

/** How much: by steps of one, or typed. */
function makeStepper(quantity, uom) {
    const field = h("input.o_day_number", {
        type: "text",
        inputmode: "decimal",
        value: formatNumber(quantity).replace(/[\s\u00a0]/g, ""),
        "aria-label": _t("Quantity"),
    });
    const read = () => Number(field.value.replace(",", "."));
    const step = (by) => () => {
        field.value = String(Math.max(0, (read() || 0) + by)).replace(".", ",");
    };
    const element = h(
        "div.o_day_stepper",
        {},
        h("button.o_day_round", { type: "button", "aria-label": _t("Less"), onclick: step(-1) }, "−"),
        field,
        h("button.o_day_round", { type: "button", "aria-label": _t("More"), onclick: step(1) }, "+"),
        h("span", {}, uom)
    );
    return { element, read };
}

/** How much of a line was done. */
export function askQuantity(line) {
    return openSheet(line.name.split("\n")[0], (done) => {
        const stepper = makeStepper(line.done || line.planned || 1, line.uom);
        const problem = h("p.o_day_error", { role: "alert" });
        const save = () => {
            const quantity = stepper.read();
            if (Number.isFinite(quantity) && quantity >= 0) {
                done(quantity);
            } else {
                problem.textContent = _t("Please enter a number.");
            }
        };
        return [
            line.planned
                ? h("p.o_day_soft", {}, _t("Planned: %(count)s %(unit)s", {
                      count: formatNumber(line.planned),
                      unit: line.uom,
                  }))
                : false,
            stepper.element,
            problem,
            primary(_t("Save"), save),
            line.done ? secondary(_t("Not done"), () => done(0)) : false,
        ];
    });
}

/**
 * A material: of the catalogue, or in own words.
 *
 * @param {Array} items what the phone has of the catalogue
 * @param {(text: string) => Promise<Array>} search asks the server; may fail
 */
export function askMaterial(items, search) {
    return openSheet(_t("Add material"), (done) => {
        const body = h("div.o_day_found", {});
        const field = h("input.o_day_text", {
            type: "search",
            "aria-label": _t("Material"),
            placeholder: _t("Name or number"),
            oninput: () => find(),
        });
        const choose = (item) => {
            const stepper = makeStepper(1, item.uom);
            const add = () => {
                const quantity = stepper.read();
                if (Number.isFinite(quantity) && quantity > 0) {
                    done({ ...item, quantity });
                }
            };
            body.replaceChildren(
                h("p.o_day_strong", {}, item.name),
                stepper.element,
                primary(_t("Add"), add)
            );
            field.hidden = true;
        };
        const show = (found, text) => {
            const own = { id: false, name: text, uom: "" };
            body.replaceChildren(
                ...found.slice(0, 40).map((item) =>
                    h(
                        "button.o_day_row",
                        { type: "button", onclick: () => choose(item) },
                        h("span", {}, item.name),
                        h("small.o_day_soft", {}, [item.code, item.uom].filter(Boolean).join(" · "))
                    )
                ),
                text
                    ? h(
                          "button.o_day_row",
                          { type: "button", onclick: () => choose(own) },
                          h("span", {}, _t("Other: “%(text)s”", { text })),
                          h("small.o_day_soft", {}, _t("not in the catalogue"))
                      )
                    : ""
            );
        };
        let asked = 0;
        const find = async () => {
            const text = field.value.trim();
            const words = text.toLowerCase().split(/\s+/);
            const local = items.filter((item) => {
                const all = `${item.name} ${item.code}`.toLowerCase();
                return words.every((word) => all.includes(word));
            });
            show(local, text);
            const turn = ++asked;
            if (text.length > 1) {
                const found = await search(text).catch(() => []);
                if (turn === asked && found.length && !field.hidden) {
                    show(found, text);
                }
            }
        };
        find();
        return [field, body];
    });
}

/** The customer signs. */
export function askSignature(name) {
    return openSheet(_t("Customer signs"), (done) => {
        const pad = new SignaturePad();
        const field = h("input.o_day_text", {
            type: "text",
            maxlength: 100,
            value: name,
            "aria-label": _t("Name of who signs"),
            placeholder: _t("Name of who signs"),
        });
        const problem = h("p.o_day_error", { role: "alert" });
        const save = async () => {
            if (pad.isEmpty) {
                problem.textContent = _t("Sign in the field first.");
            } else if (!field.value.trim()) {
                problem.textContent = _t("Write the name of who signs.");
                field.focus();
            } else {
                done({ name: field.value.trim(), file: await pad.read() });
            }
        };
        return [
            pad.canvas,
            h("p.o_day_soft", {}, _t("I confirm that the work was done.")),
            field,
            problem,
            primary(_t("Signed"), save),
            secondary(_t("Sign again"), () => pad.clear()),
        ];
    });
}

/** Hand in: what is still needed, and from when to when the work was. */
export function askHandIn(order, now) {
    const needs = getNeeds(order);
    // What the office misses may wait on this phone; what the performer misses does not.
    const mayHandIn = !getOwnNeeds(order).length;
    return openSheet(_t("Hand in the job"), (done) => {
        const began = order.began || now;
        const field = (label, moment) =>
            h("input.o_day_text", { type: "time", value: formatTime(moment), "aria-label": label });
        const start = field(_t("From"), began);
        const end = field(_t("Until"), now);
        const problem = h("p.o_day_error", { role: "alert" });
        const read = (input, moment, near) =>
            input.value && input.value !== formatTime(moment)
                ? momentAt(near, input.value)
                : null;
        const send = () => {
            const from = read(start, began, began);
            const until = read(end, now, now);
            if ((from || began) >= (until || now) || (until || now) > now + 60000) {
                problem.textContent = _t("The work ends after it starts, and not in the future.");
                return;
            }
            done({ ...(from && { start: from }), ...(until && { end: until }) });
        };
        return [
            needs.length
                ? h(
                      "div.o_day_note.o_day_amber",
                      {},
                      h("p.o_day_strong", {}, _t("Still needed")),
                      h("ul", {}, needs.map((need) => h("li", {}, need)))
                  )
                : false,
            mayHandIn ? h("p.o_day_strong", {}, _t("Time of the work")) : false,
            mayHandIn && h("div.o_day_times", {}, h("label", {}, _t("From"), start), h("label", {}, _t("Until"), end)),
            problem,
            needs.length ? secondary(_t("Go on with it"), () => done()) : false,
            mayHandIn
                ? primary(needs.length ? _t("Hand in all the same") : _t("Done, hand in"), send)
                : false,
        ];
    });
}

/** What the page offers besides: another way in, and the way out. */
export function askMenu(name, waiting) {
    return openSheet(name, (done) => [
        secondary(_t("Load again"), () => done("refresh")),
        h("a.o_day_button", { href: "/odoo/my-jobs" }, _t("All my jobs")),
        waiting
            ? h("p.o_day_note.o_day_amber", {}, _t("%(count)s not sent yet: it stays on this phone and is sent when you log in again.", { count: waiting }))
            : false,
        secondary(_t("Log out"), () => done("logout")),
    ]);
}
