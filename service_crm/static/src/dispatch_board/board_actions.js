import { _t } from "@web/core/l10n/translation";
import { formatList } from "@web/core/l10n/utils";
import { KeepLast } from "@web/core/utils/concurrency";
import { BoardConflictDialog } from "./board_conflict_dialog";
import { BoardReasonDialog } from "./board_reason_dialog";
import { isChange } from "./board_moves";

const MODEL = "service.dispatch.board";
const REMEMBERED = 30;

/**
 * Everything the board asks of the server: loading, moving, taking back. What is moved
 * is shown at once and set right when the server says no.
 */
export class BoardActions {
    /**
     * @param {Object} services `orm`, `dialog`, `notification`
     * @param {Object} board `getStore()`, `getDomain()`, `changed()`, `reload()`
     */
    constructor(services, board) {
        Object.assign(this, services);
        this.board = board;
        this.keepLast = new KeepLast();
        this.done = [];
        this.undone = [];
    }

    get store() {
        return this.board.getStore();
    }

    /** Days are those of this computer's clock, as everywhere in the web client. */
    get options() {
        return { context: { tz: luxon.DateTime.local().zoneName } };
    }

    call(method, args) {
        return this.orm.silent.call(MODEL, method, args, this.options);
    }

    load(domain, { start, stop }, groupBy) {
        return this.keepLast.add(
            this.orm.call(MODEL, "action_load", [domain, start, stop, groupBy], this.options)
        );
    }

    /** Where the order may not land, or nothing when that is not to be had. */
    async loadLanding(order) {
        const { start, stop } = this.store.range;
        try {
            return await this.call("action_landing", [order.id, order.version, start, stop]);
        } catch {
            // Told when it is dropped: a drag is not worth an error message.
            return null;
        }
    }

    /** Orders as they are now; those that are missing are not shown any more. */
    async read(ids) {
        const orders = await this.call("action_read", [ids, this.board.getDomain()]);
        const found = new Set(orders.map((order) => order.id));
        this.store.remove(ids.filter((id) => !found.has(id)));
        this.store.apply(orders);
        this.board.changed();
    }

    // ------------------------------------------------------------------ moving

    /**
     * Drop what was carried.
     *
     * @param {Object[]} moves
     * @param {Object} [verdict] what the board already knows against it
     */
    async drop(moves, verdict) {
        const { store } = this;
        moves = moves?.filter((move) => isChange([move], store)) || [];
        if (!moves.length) {
            return false;
        }
        if (verdict?.refused.length) {
            this.refuse(verdict.refused, moves.length);
            return false;
        }
        if (moves.some(({ id }) => store.pending.has(id))) {
            // Our own change of it is still on its way: this one comes after it.
            await this.busy;
            moves = moves.map((move) => ({
                ...move,
                version: this.store.get(move.id)?.version ?? move.version,
            }));
        }
        return this.move(moves, { remember: this.done });
    }

    /**
     * @param {Object[]} moves
     * @param {Object} options
     * @param {string|null} options.reason why a rule is broken
     * @param {Object[][]} options.remember where the way back is kept
     */
    move(moves, options) {
        const moved = this.makeMove(moves, options);
        this.busy = moved.catch(() => false);
        return moved;
    }

    async makeMove(moves, { reason = null, remember, back = false } = {}) {
        const { store } = this;
        const before = store.anticipate(moves);
        this.board.changed();
        let answer;
        try {
            answer = await this.call("action_move", [moves, reason]);
        } catch (error) {
            this.restore(moves, before);
            throw error;
        }
        if (store !== this.store) {
            // Another period was opened meanwhile: it was loaded with the change.
            return answer.undo?.length > 0;
        }
        const { conflicts = [], refused = [], reasons = [] } = answer;
        if (conflicts.length || refused.length || reasons.length) {
            this.restore(moves, before);
        }
        if (conflicts.length) {
            return this.solve(moves, conflicts, { reason, remember, back });
        }
        if (refused.length) {
            this.refuse(refused.map(({ text }) => text), moves.length);
            return false;
        }
        if (reasons.length) {
            const given = await this.ask(moves, reasons);
            return given ? this.move(moves, { reason: given, remember, back }) : false;
        }
        store.settle(moves);
        store.apply(answer.orders);
        if (remember === this.done && !back) {
            this.undone = [];
        }
        remember.push(answer.undo);
        remember.splice(0, remember.length - REMEMBERED);
        this.board.changed();
        if (remember === this.done && !back) {
            this.tell(answer.orders);
        }
        return true;
    }

    restore(moves, before) {
        this.store.settle(moves);
        this.store.apply(before);
        this.board.changed();
    }

    tell(orders) {
        this.closeTold?.();
        const names = orders.map((order) => order.customer || order.name);
        const performer = this.store.rows.get(orders[0]?.performer)?.name;
        const all = names.length > 2 ? _t("%s visits", names.length) : formatList(names);
        const text = performer
            ? _t("%(visits)s: %(performer)s", { visits: all, performer })
            : _t("%s: back to the unplanned jobs", all);
        this.closeTold = this.notification.add(text, {
            type: "success",
            buttons: [{ name: _t("Undo"), onClick: () => this.undo() }],
        });
    }

    /** Of several visits that move together all do, or none. */
    refuse(texts, count) {
        this.notification.add(texts.join("\n"), {
            title:
                count > 1
                    ? _t("None of the %s visits was moved", count)
                    : _t("It cannot be planned there"),
            type: "danger",
        });
    }

    /** Ask why a rule is broken; nothing when the dispatcher thinks better of it. */
    ask(moves, found) {
        const reasons = [...new Set(found.flatMap((one) => one.reasons))];
        return new Promise((resolve) => {
            this.dialog.add(
                BoardReasonDialog,
                { reasons, count: moves.length, confirm: resolve },
                { onClose: () => resolve(false) }
            );
        });
    }

    /** A colleague was faster: theirs stays, or ours is done over it. */
    async solve(moves, conflicts, options) {
        const fresh = new Map(
            conflicts.filter(({ order }) => order).map(({ order }) => [order.id, order])
        );
        this.store.remove(conflicts.filter(({ order }) => !order).map(({ id }) => id));
        this.store.apply([...fresh.values()]);
        this.board.changed();
        const still = moves.filter(({ id }) => this.store.get(id));
        const again = await new Promise((resolve) => {
            this.dialog.add(
                BoardConflictDialog,
                {
                    texts: conflicts.map(({ text }) => text),
                    mayRepeat: still.length === moves.length,
                    repeat: () => resolve(true),
                },
                { onClose: () => resolve(false) }
            );
        });
        if (!again) {
            return false;
        }
        const renewed = still.map((move) => ({
            ...move,
            version: this.store.get(move.id).version,
        }));
        return this.move(renewed, options);
    }

    // ------------------------------------------------------------------ taking back

    async undo() {
        await this.busy;
        const moves = this.done.pop();
        if (!moves) {
            this.notification.add(_t("There is nothing to undo."), { type: "info" });
            return;
        }
        this.closeTold?.();
        if (await this.move(moves, { remember: this.undone, back: true })) {
            this.notification.add(_t("Undone."), {
                type: "info",
                buttons: [{ name: _t("Redo"), onClick: () => this.redo() }],
            });
        }
    }

    async redo() {
        await this.busy;
        const moves = this.undone.pop();
        if (moves) {
            await this.move(moves, { remember: this.done, back: true });
        }
    }
}
