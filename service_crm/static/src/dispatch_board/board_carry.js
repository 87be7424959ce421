import { _t } from "@web/core/l10n/translation";
import { place } from "./board_geometry";
import { Motion } from "./board_motion";
import { judge, resizeMove, shiftMoves, stackMoves } from "./board_moves";
import { formatRange, formatTimes } from "./board_words";

/**
 * Jobs in hand, by pointer or by keyboard: where they would land and what speaks
 * against it. Draws its own elements over the board, so that OWL has nothing to do
 * while something moves.
 */
export class BoardCarry {
    /**
     * @param {Object} board what draws: `store`, `axis`, `lines`, `tops`, `layer`, `zone`
     * @param {Object} held order in hand
     * @param {Object[]} orders all in hand
     * @param {string} [side] "start" or "end" when the bar is pulled longer
     */
    constructor(board, held, orders, side = "") {
        this.board = board;
        this.held = held;
        this.orders = orders;
        this.side = side;
        this.stretch = 0; // longer by the keyboard, or shorter
        this.ids = new Set(orders.map((order) => order.id));
        this.moves = [];
        this.verdict = { refused: [], reasons: [] };
        this.landing = null;
        this.elements = [];
        this.motions = [];
        this.fromPane = !held.start || !held.performer;
        this.target = null;
    }

    /** Ask the server where the job may not land; what is drawn follows the answer. */
    async askLanding() {
        this.landing = await this.board.loadLanding(this.held);
        if (this.landing && !this.ended) {
            this.paintRows();
            if (this.target) {
                this.moveTo(this.target);
            }
        }
    }

    /**
     * @param {Object|null} target `{performer, start, line}`, nothing when outside
     */
    moveTo(target) {
        this.target = target;
        if (!target) {
            this.moves = [];
            this.verdict = { refused: [], reasons: [] };
            return this.draw();
        }
        if (this.side) {
            this.moves = [resizeMove(this.held, this.side, target.start)];
        } else if (this.fromPane) {
            this.moves = stackMoves(this.orders, target);
        } else {
            const rowIds = this.board.lines
                .filter((line) => line.kind === "row")
                .map((line) => line.row.id);
            this.moves = shiftMoves(this.held, this.orders, target, [...new Set(rowIds)]).map(
                (move) =>
                    move.id === this.held.id ? { ...move, end: move.end + this.stretch } : move
            );
        }
        const refused = new Set();
        const reasons = new Set();
        for (const move of this.moves) {
            const own = this.orders.length === 1 ? this.landing : null;
            const found = judge(own, move, this.board.store, this.ids, (others) =>
                this.describeFull(move.performer, others)
            );
            found.refused.forEach((text) => refused.add(text));
            found.reasons.forEach((text) => reasons.add(text));
        }
        this.verdict = { refused: [...refused], reasons: [...reasons] };
        this.draw();
    }

    describeFull(performer, others) {
        return _t("%(performer)s is busy: %(other)s, %(times)s", {
            performer: this.board.store.rows.get(performer)?.name,
            other: others[0].customer || others[0].name,
            times: formatTimes(others[0].start, others[0].end, this.board.zone),
        });
    }

    /** Colour of the place: may it land there? */
    get tone() {
        if (this.verdict.refused.length) {
            return "refused";
        }
        return this.verdict.reasons.length ? "asked" : "free";
    }

    /** What is told beside the pointer and to screen readers. */
    get words() {
        if (!this.moves.length) {
            return [];
        }
        const move = this.moves.find(({ id }) => id === this.held.id);
        const row = this.board.store.rows.get(move.performer);
        return [
            `${row?.name || ""} · ${formatRange(move.start, move.end, this.board.zone)}`,
            ...this.verdict.refused,
            ...this.verdict.reasons,
        ];
    }

    /** Elements are made once and only told what has changed. */
    draw() {
        const { axis, layer, tops, lines, store } = this.board;
        while (this.elements.length < this.moves.length) {
            const element = document.createElement("div");
            element.className = "o_board_landing";
            element.append(document.createElement("span"));
            layer.append(element);
            this.elements.push(element);
            this.motions.push(new Motion(element));
        }
        this.elements.forEach((element, index) => {
            const move = this.moves[index];
            const held = move?.id === this.held.id && this.target.line !== undefined;
            const line = held
                ? this.target.line
                : lines.findIndex((l) => l.kind === "row" && l.row.id === move?.performer);
            const away = !move || line < 0;
            if (element.hidden !== away) {
                element.hidden = away;
            }
            if (away) {
                return;
            }
            const { x, width } = place(axis, move.start, move.end);
            const { dataset, firstChild } = element;
            this.motions[index].set({ x, y: tops[line], width, height: lines[line].height });
            if (dataset.tone !== this.tone) {
                dataset.tone = this.tone;
            }
            const order = store.get(move.id);
            const text = this.fromPane ? order.customer || order.name : "";
            if (firstChild.textContent !== text) {
                firstChild.textContent = text;
            }
        });
    }

    /** Tint what cannot take the job at all, and the times that cannot. */
    paintRows() {
        this.shades?.forEach((element) => element.remove());
        this.shades = [];
        const rows = this.landing?.rows || {};
        const { axis, layer, tops, lines } = this.board;
        const [first, last] = this.board.window;
        for (let index = first; index < last; index++) {
            const line = lines[index];
            for (const [from, to, kind] of (line?.kind === "row" && rows[line.row.id]) || []) {
                const { x, width } = place(axis, from || axis.start, to || axis.stop, 0);
                if (width > 1) {
                    const element = document.createElement("div");
                    element.className = `o_board_shade o_board_shade_${kind}`;
                    element.style.transform = `translate3d(${x}px, ${tops[index]}px, 0)`;
                    element.style.width = `${width}px`;
                    element.style.height = `${line.height}px`;
                    layer.prepend(element);
                    this.shades.push(element);
                }
            }
        }
    }

    /** Take everything drawn away. */
    end() {
        this.ended = true;
        for (const element of [...this.elements, ...(this.shades || [])]) {
            element.remove();
        }
    }
}
