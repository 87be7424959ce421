/** The server as one performer's page and its worker talk to it. No DOM. */
import { toBase64 } from "./photo";
import { Busy, call, LoggedOut } from "./rpc";

const UPLOAD = 180 * 1000;

export class Server {
    /** @param {number} user in whose name it is asked, and nobody else's */
    constructor(user) {
        this.user = user;
    }

    /** Refuse to go on as somebody else, and wait when it was too much at once. */
    checkAnswer(answer) {
        if (answer.wait) {
            throw Object.assign(new Busy("wait"), { seconds: answer.wait });
        }
        if (answer.refused || answer.user !== this.user) {
            throw new LoggedOut();
        }
        return answer;
    }

    async readDay() {
        return this.checkAnswer(await call("/service/my-day/data")).day;
    }

    async findItems(text) {
        return this.checkAnswer(await call("/service/my-day/items", { text }, 5000)).items;
    }

    /** Hand over one action; the same key again gets the same answer. */
    async send({ key, kind, order, token, made, values, file }) {
        const data = file && { data: toBase64(file.bytes) };
        const post = { key, kind, order, token, made, values: { ...values, ...data } };
        const whole = { ...post, user: this.user, sent: Date.now() };
        return this.checkAnswer(await call("/service/my-day/act", whole, UPLOAD));
    }
}

/** The day with a visit as the server has it now, or without it. */
function replaceOrder(day, id, order) {
    const others = day.orders.filter((known) => known.id !== id);
    if (others.length === day.orders.length || !order) {
        return { ...day, orders: others };
    }
    const orders = [...others, order];
    orders.sort((one, other) => one.start - other.start || one.id - other.id);
    return { ...day, orders };
}

/**
 * The server has answered: the visit is what it says, the action is settled.
 *
 * @returns {Promise<Object|undefined>} the day as it is now
 */
export async function settle(store, day, action, answer) {
    let now = day && replaceOrder(day, action.order, answer.order);
    if (now && action.kind === "offer") {
        now = { ...now, offers: now.offers.filter(({ id }) => id !== action.values.offer) };
    }
    if (answer.state === "done") {
        await store.finish(action, now);
    } else {
        await store.refuse(action, answer.text, now);
    }
    return now;
}
