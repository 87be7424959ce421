/**
 * What the phone keeps: the day as the server gave it, what was done since, and what
 * the server refused. Everything belongs to one user and is shown to nobody else.
 */

const NAME = "service_my_day";
const VERSION = 1;

function wait(request) {
    return new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
}

function open() {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
        const db = request.result;
        db.createObjectStore("days", { keyPath: "user" });
        for (const name of ["queue", "refused"]) {
            db.createObjectStore(name, { keyPath: "id", autoIncrement: true }).createIndex(
                "user",
                "user"
            );
        }
    };
    return wait(request);
}

/** Users with something of theirs that waits to be sent. */
export async function listWaitingUsers() {
    const db = await open();
    const actions = await wait(db.transaction("queue").objectStore("queue").getAll());
    db.close();
    return [...new Set(actions.map((action) => action.user))];
}

export class Store {
    /** @param {number} user whose things are read and written */
    constructor(user) {
        this.user = user;
        this.opened = open();
        this.opened.catch(() => {});
    }

    async close() {
        (await this.opened).close();
    }

    /** Do something with these stores; resolves when it is safely on the disk. */
    async change(names, job) {
        const db = await this.opened;
        const transaction = db.transaction(names, "readwrite", { durability: "strict" });
        const done = new Promise((resolve, reject) => {
            transaction.oncomplete = resolve;
            transaction.onerror = transaction.onabort = () => reject(transaction.error);
        });
        const result = job(...names.map((name) => transaction.objectStore(name)));
        await done;
        return result;
    }

    async list(name) {
        const db = await this.opened;
        const index = db.transaction(name).objectStore(name).index("user");
        return wait(index.getAll(this.user));
    }

    async readDay() {
        const db = await this.opened;
        const kept = await wait(db.transaction("days").objectStore("days").get(this.user));
        return kept?.day;
    }

    put(days, day) {
        if (day) {
            days.put({ user: this.user, day });
        }
    }

    keepDay(day) {
        return this.change(["days"], (days) => this.put(days, day));
    }

    /** Forget the days of everybody, or of all others; what was not sent yet stays. */
    async forgetDays(exceptOwn = false) {
        const own = exceptOwn && (await this.readDay());
        return this.change(["days"], (days) => {
            days.clear();
            this.put(days, own);
        });
    }

    /** Queue an action; those it makes needless (ids) are dropped with it. */
    add(action, needless = []) {
        return this.change(["queue"], (queue) => {
            needless.forEach((id) => queue.delete(id));
            queue.add({ ...action, user: this.user });
        });
    }

    update(action) {
        return this.change(["queue"], (queue) => {
            queue.put(action);
        });
    }

    /** The server has it: out of the queue, and the visit as it is there now. */
    finish(action, day) {
        return this.change(["queue", "days"], (queue, days) => {
            queue.delete(action.id);
            this.put(days, day);
        });
    }

    /** The server refused it: kept, and shown until somebody has read it. */
    refuse(action, text, day) {
        return this.change(["queue", "refused", "days"], (queue, refused, days) => {
            const { id, ...meant } = action;
            queue.delete(id);
            refused.add({ ...meant, text });
            this.put(days, day);
        });
    }

    dismiss(id) {
        return this.change(["refused"], (refused) => {
            refused.delete(id);
        });
    }
}
