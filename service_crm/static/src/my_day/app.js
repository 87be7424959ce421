import { applyQueue, CANNOT, findNeedless, makeKey } from "./actions";
import { renderDay } from "./day_view";
import { h, morph } from "./dom";
import { getCannotLabel, renderJob } from "./job_view";
import { forgetDay, isOwnDay, sendLater } from "./owner";
import { shrinkPhoto } from "./photo";
import { Sender } from "./sender";
import { Server, settle } from "./server";
import {
    askHandIn,
    askMaterial,
    askMenu,
    askQuantity,
    askReason,
    askSignature,
    askSure,
} from "./sheets";
import { Store } from "./store";
import { _t, dayOf, setup } from "./words";

const REFRESH = 2 * 60 * 1000;
const TICK = 20 * 1000;
const TYPING = 800;

/** The performer's day: what is kept, what was done since, and what is shown. */
export class MyDay {
    constructor(root, config) {
        this.root = root;
        this.config = config;
        this.store = new Store(config.user);
        this.server = new Server(config.user);
        this.queue = [];
        this.refused = [];
        this.orders = [];
        this.dayKey = "";
        this.skew = 0;
        this.urls = new Map();
        this.sender = new Sender({
            list: () => this.store.list("queue"),
            send: (action) => this.server.send(action),
            take: (action, answer) => this.take(action, answer),
            update: (action) => this.store.update(action),
            refresh: () => this.refresh(),
            changed: () => this.reload(),
            leave: () => this.leave(),
        });
    }

    async start() {
        setup(this.config);
        try {
            await this.store.forgetDays(true);
            this.day = await this.store.readDay();
        } catch {
            this.problem = _t(
                "This browser keeps nothing: without connection your work would be lost. Leave the private mode."
            );
        }
        this.setDay(this.day);
        await this.reload();
        if (this.queue.length) {
            sendLater().catch(() => {});
        }
        window.addEventListener("hashchange", () => {
            this.saveReport();
            this.render();
            window.scrollTo(0, 0);
        });
        window.addEventListener("online", () => this.sender.run());
        window.addEventListener("offline", () => {
            this.sender.state = "offline";
            this.render();
        });
        window.addEventListener("pagehide", () => this.saveReport());
        document.addEventListener("visibilitychange", () => {
            if (document.hidden) {
                this.saveReport();
            } else {
                this.sender.run();
            }
        });
        setInterval(() => (isOwnDay(this.config.user) ? this.render() : this.leave()), TICK);
        setInterval(() => document.hidden || this.sender.run(), REFRESH);
        navigator.storage?.persist?.();
        return this.sender.run();
    }

    // What is known

    /** The server's time, as far as the phone knows it. */
    now() {
        return Date.now() + this.skew;
    }

    setDay(day) {
        if (day) {
            this.day = day;
            setup({ zone: day.zone });
        }
    }

    /** Read what waits and what was refused, and show it. */
    async reload() {
        if (!this.problem) {
            this.queue = await this.store.list("queue");
            this.refused = await this.store.list("refused");
        }
        this.render();
    }

    getOrder(id) {
        return this.orders.find((order) => order.id === id);
    }

    getStateLabel(order) {
        const known = this.day.orders.find((other) => other.id === order.id);
        return known.state === order.state ? known.state_label : this.day.states[order.state];
    }

    getFileUrl(photo) {
        if (!this.urls.has(photo.id)) {
            const { bytes, type } = photo.file;
            this.urls.set(photo.id, URL.createObjectURL(new Blob([bytes], { type })));
        }
        return this.urls.get(photo.id);
    }

    // The server

    /** Fetch the day; kept for when there is no connection. */
    async refresh() {
        const day = await this.server.readDay();
        this.skew = day.now - Date.now();
        this.setDay(day);
        await this.store.keepDay(day);
    }

    async take(action, answer) {
        this.setDay(await settle(this.store, this.day, action, answer));
        await this.reload();
    }

    /** The session is over: whoever takes this phone next sees nothing of the day. */
    async leave() {
        if (!this.hasLeft) {
            this.hasLeft = true;
            try {
                await this.saveReport();
                await forgetDay(this.config.user, this.store);
            } finally {
                location.reload();
            }
        }
    }

    // What the performer does

    async act(order, kind, values, file) {
        const action = {
            key: makeKey(),
            kind,
            order: order.id || null,
            token: order.token || "",
            place: order.place,
            dispatcher_phone: order.dispatcher_phone || "",
            made: Date.now(),
            values,
            ...(file && { file }),
        };
        await this.store.add(action, findNeedless(this.queue, action));
        sendLater().catch(() => {}); // elsewhere it is sent while the page is open
        await this.reload();
        this.sender.run();
    }

    open(order) {
        location.hash = `job=${order.id}`;
    }

    chooseDay(key) {
        this.dayKey = key;
        this.render();
    }

    async step(order, step) {
        await this.saveReport();
        let values = { step: step.name };
        if (step.needs_reason) {
            const reason = await askReason(getCannotLabel(step), this.getReasons(step.name));
            if (!reason) {
                return;
            }
            values.reason = reason;
        } else if (step.name === "done") {
            const current = this.getOrder(order.id);
            const times = await askHandIn(current, this.now());
            if (!times) {
                return;
            }
            values = { ...values, ...times };
        }
        await this.act(order, "step", values);
        if (CANNOT.includes(step.name) || step.name === "done") {
            location.hash = "";
        }
    }

    async answerOffer(offer, accept) {
        const values = { offer: offer.id, accept };
        if (!accept) {
            values.reason = await askReason(_t("I do not take it"), this.getReasons("refuse"));
            if (!values.reason) {
                return;
            }
        }
        await this.act({ place: offer.place }, "offer", values);
    }

    getReasons(step) {
        return step === "refuse"
            ? [_t("I am ill"), _t("I cannot make it in time"), _t("I lack the parts"), _t("I lack the skill")]
            : [_t("Nobody opens"), _t("Nobody answers the phone"), _t("No access to the place")];
    }

    setLine(order, line, quantity) {
        return this.act(order, "line", { line: line.id, name: line.name, quantity });
    }

    async changeQuantity(order, line) {
        const quantity = await askQuantity(line);
        if (quantity !== undefined) {
            await this.setLine(order, line, quantity);
        }
    }

    async addMaterial(order) {
        const item = await askMaterial(this.day.items, (text) => this.server.findItems(text));
        if (item) {
            const { id, name, uom, quantity } = item;
            await this.act(order, "material", { item: id, name, uom, quantity });
        }
    }

    async addPhotos(order, files, when) {
        await this.addFiles(files, (file) => this.act(order, "photo", { when }, file));
    }

    async addScans(order, paper, files) {
        await this.addFiles(files, (file) => this.act(order, "paper", { paper: paper.id }, file));
    }

    async addFiles(files, add) {
        for (const file of files) {
            try {
                await add(await shrinkPhoto(file));
            } catch {
                await askSure(_t("Photo"), _t("“%(name)s” could not be kept: it is too large, or the phone is full.", { name: file.name }), _t("Understood"));
            }
        }
    }

    async removePhoto(order, photo) {
        if (await askSure(_t("Photo"), _t("Take this photo away from the job?"), _t("Take it away"))) {
            await this.act(order, "unphoto", { photo: photo.id });
        }
    }

    toggleProblem(order, { id }) {
        const ids = order.problems.includes(id)
            ? order.problems.filter((known) => known !== id)
            : [...order.problems, id];
        return this.act(order, "problems", { ids });
    }

    makePapers(order) {
        return this.act(order, "papers", {});
    }

    async sign(order) {
        const signed = await askSignature(order.signed_by);
        if (signed) {
            await this.act(order, "signature", { name: signed.name }, signed.file);
        }
    }

    // The report is kept while it is typed

    getReport(order) {
        return this.typed?.order.id === order.id ? this.typed.text : order.report;
    }

    typeReport(order, text) {
        this.typed = { order, text };
        clearTimeout(this.typing);
        this.typing = setTimeout(() => this.saveReport(), TYPING);
    }

    async saveReport() {
        clearTimeout(this.typing);
        const typed = this.typed;
        this.typed = null;
        if (typed && typed.text !== this.getOrder(typed.order.id)?.report) {
            await this.act(typed.order, "report", { text: typed.text });
        }
    }

    async dismiss(action) {
        await this.store.dismiss(action.id);
        await this.reload();
    }

    async openMenu() {
        const chosen = await askMenu(this.config.name, this.queue.length);
        if (chosen === "refresh") {
            this.sender.run();
        } else if (chosen === "logout") {
            await this.store.forgetDays();
            location.href = "/web/session/logout?redirect=/service/my-day";
        }
    }

    // What is shown

    getSync() {
        const waiting = this.queue.length;
        const { state, sent } = this.sender;
        if (state === "stuck") {
            return { kind: "red", text: _t("Send again: %(count)s", { count: waiting }), onclick: () => this.sender.retry() };
        }
        if (["offline", "server"].includes(state)) {
            const cause = state === "offline" ? _t("No connection") : _t("Server problem");
            const kept = _t("%(count)s kept", { count: waiting });
            const text = waiting ? `${cause} · ${kept}` : cause;
            return { kind: "amber", text, onclick: () => this.sender.run() };
        }
        if (waiting) {
            const text = _t("⟳ saved %(sent)s of %(all)s", { sent, all: sent + waiting });
            return { kind: "blue", text, onclick: () => this.sender.run() };
        }
        return { kind: "green", text: _t("✓ all saved"), onclick: () => this.sender.run() };
    }

    renderHead() {
        const sync = this.getSync();
        return h(
            "header.o_day_head",
            { key: "head" },
            h(
                `button.o_day_sync.o_day_${sync.kind}`,
                { type: "button", "aria-live": "polite", onclick: sync.onclick },
                sync.text
            ),
            h(
                "button.o_day_menu",
                { type: "button", "aria-label": _t("Menu"), onclick: () => this.openMenu() },
                "☰"
            )
        );
    }

    getEmptyText() {
        return {
            offline: _t("There is no connection, and the day is not on this phone yet. It comes by itself."),
            server: _t("The day is not on this phone yet. It comes by itself."),
        }[this.sender.failure] || _t("Loading…");
    }

    /** What the performer must know before anything else. */
    getNotes() {
        return [
            this.problem && { kind: "red", role: "alert", text: this.problem },
            this.sender.failure === "server" && {
                kind: "amber",
                role: "status",
                text: _t("The server has a problem. Nothing is lost: what you do is kept on this phone and sent again by itself."),
            },
        ].filter(Boolean);
    }

    renderBody() {
        if (!this.day) {
            return h("p.o_day_empty", {}, this.getEmptyText());
        }
        const id = Number(new URLSearchParams(location.hash.slice(1)).get("job"));
        const order = this.getOrder(id);
        return order ? renderJob(order, this) : renderDay(this);
    }

    render() {
        if (this.day) {
            this.orders = applyQueue(this.day, this.queue);
            this.dayKey ||= dayOf(this.now());
        }
        const notes = this.getNotes().map(({ kind, role, text }) =>
            h(`p.o_day_note.o_day_${kind}`, { role }, text)
        );
        morph(this.root, h("main.o_my_day", { id: "my_day" }, this.renderHead(), notes, this.renderBody()));
    }
}
