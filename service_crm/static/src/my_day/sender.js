/**
 * Sends what waits, in order, until the server has answered each action: what was
 * refused is put aside with the reason, what fails for another reason is tried again,
 * and holds up nothing but its own visit.
 */
import { Busy, LoggedOut, Unreachable } from "./rpc";

const TRIES = 4;
const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 60000;

/** Without connection, or does the server have a problem? */
function nameFailure(error) {
    if (error instanceof LoggedOut) {
        return "login";
    }
    return error instanceof Unreachable && !(error instanceof Busy) ? "offline" : "server";
}

export class Sender {
    /**
     * @param {Object} parts
     * @param {Function} parts.list the queue
     * @param {Function} parts.send `(action) => answer`
     * @param {Function} parts.take `(action, answer)`: what the server said is kept
     * @param {Function} parts.update `(action)`: a failed try is noted
     * @param {Function} parts.refresh read the day anew
     * @param {Function} parts.changed something is to be shown
     * @param {Function} parts.leave the session is over
     */
    constructor(parts) {
        Object.assign(this, parts);
        this.state = "idle"; // sending, offline, server, login, stuck
        this.failure = ""; // what the last round ended by: offline, server, login
        this.sent = 0;
        this.pause = FIRST_PAUSE;
        this.running = null;
        this.triesGiven = null; // what is stuck is freed by the next round
    }

    /** Send, then read the day; calls while it runs are one more round. */
    run() {
        if (this.running) {
            this.again = true;
            return this.running;
        }
        clearTimeout(this.timer);
        this.running = this.withLock(() => this.round()).finally(() => {
            this.running = null;
            this.changed();
            if (this.again) {
                this.again = false;
                this.run();
            }
        });
        return this.running;
    }

    /** One tab at a time: actions must not overtake each other. */
    async withLock(job) {
        if (!navigator.locks) {
            return job();
        }
        return navigator.locks.request("service_my_day", job);
    }

    async round() {
        try {
            await this.freeStuck();
            await this.sendAll();
            await this.refresh();
            this.state = "idle";
            this.failure = "";
            this.sent = 0;
            this.pause = FIRST_PAUSE;
        } catch (error) {
            this.state = this.failure = nameFailure(error);
            if (error instanceof LoggedOut) {
                await this.leave();
            } else {
                this.later(error.seconds && error.seconds * 1000);
            }
        }
        if ((await this.list()).some((action) => action.stuck)) {
            if (this.state === "idle") {
                this.state = "stuck";
                this.later(LONGEST_PAUSE);
            }
        }
    }

    /** Go on by itself; what is stuck gets one try more each time. */
    later(pause = this.pause) {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.retry(TRIES - 1), pause);
        this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
    }

    /** Actions that may go: those of a visit with a stuck one wait behind it. */
    async next() {
        const held = new Set();
        for (const action of await this.list()) {
            if (action.stuck || held.has(action.order)) {
                held.add(action.order);
            } else {
                return action;
            }
        }
        return null;
    }

    async sendAll() {
        for (let action = await this.next(); action; action = await this.next()) {
            this.state = "sending";
            this.changed();
            let answer;
            try {
                answer = await this.send(action);
            } catch (error) {
                if (error instanceof LoggedOut || error instanceof Unreachable) {
                    throw error;
                }
                const tries = (action.tries || 0) + 1;
                await this.update({ ...action, tries, stuck: tries >= TRIES });
                if (tries < TRIES) {
                    throw error;
                }
                continue;
            }
            await this.take(action, answer);
            this.sent += 1;
            this.pause = FIRST_PAUSE;
        }
    }

    async freeStuck() {
        const tries = this.triesGiven;
        this.triesGiven = null;
        if (tries !== null) {
            for (const action of (await this.list()).filter(({ stuck }) => stuck)) {
                await this.update({ ...action, tries, stuck: false });
            }
        }
    }

    /** Try what is stuck again; `tries` count as made already. */
    retry(tries = 0) {
        this.triesGiven = tries;
        return this.run();
    }
}
