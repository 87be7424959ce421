import { describe, FINISHED, getNeeds, getOpenOffers, getSteps } from "./actions";
import { h, icon } from "./dom";
import { _t, dayOf, formatAhead, formatDay, formatLate, formatTime } from "./words";

const DAY = 24 * 3600 * 1000;

/** Days to choose from: what is left of earlier ones, today, tomorrow, the next. */
export function getDays(orders, now) {
    const today = dayOf(now);
    const days = new Map([[today, []], [dayOf(now + DAY), []]]);
    const earlier = [];
    for (const order of orders) {
        const day = dayOf(order.start);
        if (day < today) {
            earlier.push(order);
        } else {
            days.set(day, [...(days.get(day) || []), order]);
        }
    }
    const sorted = [...days].sort(([one], [other]) => (one < other ? -1 : 1));
    const names = { [today]: _t("Today"), [dayOf(now + DAY)]: _t("Tomorrow") };
    return [
        ...(earlier.length ? [{ key: "earlier", name: _t("Unfinished"), orders: earlier }] : []),
        ...sorted.map(([key, found]) => ({
            key,
            name: names[key] || formatDay(found[0].start),
            orders: found,
        })),
    ];
}

/**
 * `Today, 5 jobs · next in 25 min`
 *
 * @param {Function} getState how the state of an order is called, also one not yet sent
 */
export function getHeadline(day, now, getState) {
    const count = day.orders.length;
    const jobs = count === 1 ? _t("1 job") : _t("%(count)s jobs", { count });
    const open = day.orders.filter((order) => !FINISHED.includes(order.state));
    const under = open.find((order) => ["on_the_way", "in_progress"].includes(order.state));
    const next = open.find((order) => order.start > now);
    let then = "";
    if (day.key === dayOf(now) && next) {
        then = _t("next %(when)s", { when: formatAhead(next.start - now) });
    } else if (under) {
        then = getState(under);
    } else if (count && !open.length) {
        then = _t("all done");
    }
    return [`${day.name}, ${jobs}`, then].filter(Boolean).join(" · ");
}

/** How late an order is, in words; nothing when it is not. */
export function getLate(order, now) {
    const due = order.state === "in_progress" ? order.end : order.start;
    const open = ["offered", "assigned", "on_the_way", "in_progress"].includes(order.state);
    return open && due && now - due > 60000 ? formatLate(now - due) : "";
}

/** `Arrival agreed 10:00–12:00`, when it was agreed. */
export function getWindow({ window: [from, until] }) {
    if (!from && !until) {
        return "";
    }
    const hours = `${from ? formatTime(from) : ""}–${until ? formatTime(until) : ""}`;
    return _t("Arrival agreed %(hours)s", { hours });
}

export function renderState(order, app) {
    return h(`span.o_day_state.o_day_state_${order.state}`, {}, app.getStateLabel(order));
}

export function renderReach(order) {
    return h(
        "div.o_day_pair",
        {},
        order.map
            ? h(
                  "a.o_day_button",
                  { href: order.map, target: "_blank", rel: "noopener noreferrer" },
                  icon("map"),
                  _t("Navigate")
              )
            : false,
        order.phone
            ? h("a.o_day_button", { href: `tel:${order.phone.replace(/[^+\d]/g, "")}` }, icon("call"), _t("Call"))
            : false
    );
}

/** What is refused, with what was meant: shown until somebody has read it. */
export function renderRefused(app) {
    return app.refused.map((action) => {
        const order = app.day?.orders.find((known) => known.id === action.order);
        return h(
            "section.o_day_note.o_day_red",
            { key: `refused${action.id}`, role: "alert" },
            h("p.o_day_strong", {}, _t("Not taken by the office")),
            h("p", {}, `${describe(action, app.day)} · ${formatTime(action.made)}`),
            h("p", {}, action.place || order?.place || ""),
            h("p", {}, action.text),
            h("p.o_day_soft", {}, _t("The dispatcher has it and sees what you meant.")),
            h(
                "div.o_day_pair",
                {},
                action.dispatcher_phone
                    ? h("a.o_day_button", { href: `tel:${action.dispatcher_phone}` }, icon("call"), _t("Dispatcher"))
                    : false,
                h(
                    "button.o_day_button",
                    { type: "button", onclick: () => app.dismiss(action) },
                    _t("Understood")
                )
            )
        );
    });
}

/** Jobs offered to several: yes or no. */
function renderOffers(app) {
    return getOpenOffers(app.day, app.queue).map((offer) =>
        h(
            "section.o_day_card",
            { key: `offer${offer.id}` },
            h("span.o_day_badge.o_day_amber", {}, offer.accepted ? _t("You would take it") : _t("Offered to you")),
            h("p.o_day_strong", {}, offer.when),
            h("div.o_day_place", {}, offer.place),
            h("p", {}, offer.services),
            offer.from ? h("p", {}, _t("%(name)s asks you to take it over.", { name: offer.from })) : false,
            offer.note ? h("p", {}, offer.note) : false,
            offer.until && !offer.accepted ? h("p.o_day_soft", {}, _t("Answer until %(when)s", { when: `${formatDay(offer.until)} ${formatTime(offer.until)}` })) : false,
            offer.chosen ? h("p.o_day_soft", {}, _t("The dispatcher chooses among those who would take it.")) : false,
            h(
                "div.o_day_pair",
                {},
                h(
                    "button.o_day_button",
                    { type: "button", onclick: () => app.answerOffer(offer, false) },
                    offer.accepted ? _t("I cannot any more") : _t("No")
                ),
                offer.accepted
                    ? false
                    : h(
                          "button.o_day_button.o_day_primary",
                          { type: "button", onclick: () => app.answerOffer(offer, true) },
                          offer.chosen ? _t("I would go") : _t("I take it")
                      )
            )
        )
    );
}

function renderCard(order, number, app) {
    const late = getLate(order, app.now());
    const done = order.lines.filter((line) => line.done).length;
    const finished = FINISHED.includes(order.state);
    const { next } = getSteps(order, app.day.steps);
    const needs = order.state === "in_progress" ? getNeeds(order) : [];
    return h(
        `article.o_day_card${finished ? ".o_day_finished" : ""}`,
        { key: `order${order.id}` },
        h(
            "a.o_day_open",
            { href: `#job=${order.id}` },
            h(
                "div.o_day_line",
                {},
                h("span.o_day_index", {}, number),
                h("strong.o_day_hours", {}, `${formatTime(order.start)}–${order.end ? formatTime(order.end) : ""}`),
                renderState(order, app)
            ),
            late || order.urgent
                ? h(
                      "div.o_day_line",
                      {},
                      order.urgent ? h("span.o_day_badge.o_day_red", {}, _t("urgent")) : false,
                      late ? h("span.o_day_badge.o_day_red", {}, late) : false
                  )
                : false,
            getWindow(order) && !finished ? h("div.o_day_strong", {}, getWindow(order)) : false,
            h("div.o_day_place", {}, order.place),
            h("div", {}, [order.customer, order.services].filter(Boolean).join(" — ")),
            order.together ? h("div.o_day_soft", {}, _t("With %(names)s", { names: order.together })) : false,
            order.lines.length && !finished
                ? h("div.o_day_soft", {}, _t("Checklist %(done)s of %(all)s", { done, all: order.lines.length }))
                : false,
            needs.length ? h("div.o_day_needs", {}, _t("Needs: %(needs)s", { needs: needs.join(" · ") })) : false,
            order.waiting ? h("div.o_day_needs", {}, _t("%(count)s not sent yet", { count: order.waiting })) : false
        ),
        finished ? false : renderReach(order),
        next
            ? h(
                  "button.o_day_button.o_day_primary",
                  {
                      type: "button",
                      onclick: () => (next.name === "done" ? app.open(order) : app.step(order, next)),
                  },
                  next.name === "done" ? _t("Work on it") : next.label
              )
            : false
    );
}

/** The next day with jobs. */
export function getNextDay(days, day) {
    return days.find((known) => known.key > day.key && known.key !== "earlier" && known.orders.length);
}

/** From an empty day straight to the next one with jobs. */
function renderNext(days, day, app) {
    const next = getNextDay(days, day);
    return next
        ? h(
              "button.o_day_button",
              { type: "button", onclick: () => app.chooseDay(next.key) },
              _t("Next: %(when)s", {
                  when: [next.name, formatTime(next.orders[0].start)].join(" "),
              })
          )
        : false;
}

export function renderDay(app) {
    const days = getDays(app.orders, app.now());
    const day = days.find((known) => known.key === app.dayKey) || days.find((known) => known.key !== "earlier");
    return [
        h("h1.o_day_title", {}, getHeadline(day, app.now(), (order) => app.getStateLabel(order))),
        h(
            "nav.o_day_days",
            { "aria-label": _t("Days") },
            days.map((known) =>
                h(
                    `button.o_day_chip${known === day ? ".o_day_chosen" : ""}${known.key === "earlier" ? ".o_day_red" : ""}`,
                    {
                        type: "button",
                        key: known.key,
                        "aria-pressed": String(known === day),
                        onclick: () => app.chooseDay(known.key),
                    },
                    known.orders.length ? `${known.name} ${known.orders.length}` : known.name
                )
            )
        ),
        renderRefused(app),
        renderOffers(app),
        day.orders.length
            ? day.orders.map((order, index) => renderCard(order, index + 1, app))
            : h(
                  "p.o_day_empty",
                  {},
                  h("strong", {}, _t("No jobs on this day")),
                  h("br"),
                  _t("When the dispatcher gives you a job, it is here with time, address and phone number."),
                  renderNext(days, day, app)
              ),
    ];
}
