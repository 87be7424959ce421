/**
 * What a performer does, as data: how it looks before the server has it, what it makes
 * needless, what it is called. No DOM, no network.
 */
import { _t, formatNumber } from "./words";

/** Steps in the order a visit goes through; others of the server come after. */
const WAY = ["accept", "on_the_way", "start", "done"];
export const CANNOT = ["refuse", "customer_absent"];
export const OPEN = ["assigned", "on_the_way", "in_progress"];
export const FINISHED = ["done", "closed"];

/** A key no other action has, here or on another phone. */
export function makeKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const EFFECTS = {
    step(order, { step, start, end }, action, steps) {
        const target = steps.find((known) => known.name === step)?.target;
        const changed = { ...order, state: target || order.state };
        if (step === "accept") {
            changed.accepted = true;
        } else if (step === "start") {
            changed.began = action.made;
        } else if (step === "done") {
            changed.began = start || order.began;
            changed.ended = end || action.made;
        }
        changed.gone = CANNOT.includes(step);
        return changed;
    },
    line(order, { line, quantity }) {
        const lines = order.lines.map((known) =>
            known.id === line ? { ...known, done: quantity } : known
        );
        return { ...order, lines };
    },
    material(order, { name, quantity, uom }, action) {
        const added = { id: action.key, name, done: quantity, planned: 0, uom: uom || "" };
        return { ...order, lines: [...order.lines, added] };
    },
    report: (order, { text }) => ({ ...order, report: text }),
    problems: (order, { ids }) => ({ ...order, problems: ids }),
    photo(order, values, action) {
        const photo = { id: action.key, file: action.file };
        return { ...order, photos: [...order.photos, photo] };
    },
    unphoto: (order, { photo }) => ({
        ...order,
        photos: order.photos.filter((known) => known.id !== photo),
    }),
    signature: (order, { name }) => ({ ...order, signed: true, signed_by: name }),
    paper(order, { paper }) {
        const papers = order.papers.map((known) =>
            known.id === paper ? { ...known, scans: known.scans + 1 } : known
        );
        return { ...order, papers };
    },
    papers: (order) => ({ ...order, papersAsked: true }),
    offer: (order) => order,
};

/** The visit as it will be when the server has the action. */
export function applyAction(order, action, steps = []) {
    return EFFECTS[action.kind](order, action.values, action, steps);
}

/** The visits of the day as they are for the performer: with what waits to be sent. */
export function applyQueue(day, queue) {
    const orders = new Map(day.orders.map((order) => [order.id, { ...order, waiting: 0 }]));
    for (const action of queue) {
        const order = orders.get(action.order);
        if (order) {
            const changed = applyAction(order, action, day.steps);
            orders.set(order.id, { ...changed, waiting: order.waiting + 1 });
        }
    }
    return [...orders.values()].filter((order) => !order.gone);
}

/** Jobs that were offered and wait for the performer's word. */
export function getOpenOffers(day, queue) {
    const answered = queue.filter((action) => action.kind === "offer");
    const ids = new Set(answered.map((action) => action.values.offer));
    return day.offers.filter((offer) => !ids.has(offer.id));
}

/** Ids of queued actions which a new one makes needless: the last word counts. */
export function findNeedless(queue, action) {
    const same = {
        report: () => true,
        problems: () => true,
        line: (other) => other.values.line === action.values.line,
    }[action.kind];
    if (!same) {
        return [];
    }
    const lastStep = queue.findLastIndex(
        (other) => other.order === action.order && other.kind === "step"
    );
    return queue
        .slice(lastStep + 1)
        .filter(
            (other) =>
                other.order === action.order && other.kind === action.kind && same(other)
        )
        .map((other) => other.id);
}

/** Steps that may be taken now: the next one, others, and ways out. */
export function getSteps(order, steps) {
    // Who goes along leaves the steps to who leads the visit.
    const open = order.mine
        ? steps.filter((step) => step.sources.includes(order.state))
        : [];
    const isPassed = (step) => step.name === "accept" && order.accepted;
    const isEarly = (step) =>
        !order.accepted && ["on_the_way", "start"].includes(step.name);
    const way = WAY.map((name) => open.find((step) => step.name === name)).filter(
        (step) => step && !isPassed(step) && !isEarly(step)
    );
    const others = open.filter((step) => ![...WAY, ...CANNOT].includes(step.name));
    return {
        next: way[0],
        others: [...way.slice(1), ...others],
        cannot: open.filter((step) => CANNOT.includes(step.name)),
    };
}

/** What the performer himself still has to do before he hands in, in words. */
export function getOwnNeeds(order) {
    const needs = [];
    const open = order.lines.filter((line) => !line.done).length;
    if (open && !order.report.trim()) {
        needs.push(
            _t("tick what was done (%(count)s open), or write why not", { count: open })
        );
    }
    if (order.must_sign && !order.signed) {
        needs.push(_t("signature of the customer"));
    }
    return needs;
}

/** What is still needed, with what the office said when it was last asked. */
export function getNeeds(order) {
    return [...getOwnNeeds(order), ...(order.needs.done || [])];
}

/** What an action is called, for what waits and what was refused. */
export function describe(action, day) {
    const { kind, values } = action;
    const names = {
        line: () => _t("Quantity: %(name)s × %(count)s", {
            name: values.name,
            count: formatNumber(values.quantity),
        }),
        material: () => _t("Material: %(name)s × %(count)s", {
            name: values.name,
            count: formatNumber(values.quantity),
        }),
        report: () => _t("What was done: %(text)s", { text: values.text }),
        photo: () => _t("Photo"),
        unphoto: () => _t("Photo taken away"),
        signature: () => _t("Signature of %(name)s", { name: values.name }),
        problems: () => _t("Problems found"),
        paper: () => _t("Photo of a document"),
        papers: () => _t("Documents"),
        offer: () => (values.accept ? _t("I take the offered job") : _t("I do not take the offered job")),
        step: () => {
            const step = day?.steps.find((known) => known.name === values.step);
            return [step?.label || values.step, values.reason].filter(Boolean).join(": ");
        },
    };
    return names[kind]();
}
