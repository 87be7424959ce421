import { _t } from "@web/core/l10n/translation";
import { BoardSurface } from "./board_surface";
import { LANE, timeToX } from "./board_geometry";

/** What is selected on the board, and what has the focus. */
export class BoardSelection extends BoardSurface {
    /** What moves with an order: the selection when it is one of it. */
    chosen(order) {
        const { selected } = this.props;
        if (!selected.has(order.id)) {
            return [order];
        }
        const planned = this.store.orders.has(order.id);
        return [...selected]
            .map((id) => (planned ? this.store.orders.get(id) : this.store.waiting.get(id)))
            .filter((other) => other && (other === order || other.movable));
    }

    toggleSelected(order) {
        const selected = new Set(this.props.selected);
        if (!selected.delete(order.id)) {
            selected.add(order.id);
        }
        this.props.select(selected);
        this.say(_t("%s selected", selected.size));
    }

    clearSelection() {
        const any = this.props.selected.size > 0;
        if (any) {
            this.props.select(new Set());
        }
        return any;
    }

    selectAll() {
        this.props.select(new Set(this.store.orders.keys()));
    }

    /** Everything a frame touches. */
    selectFrame({ left, right, top, bottom }, add) {
        const selected = new Set(add ? this.props.selected : []);
        this.lines.forEach((line, index) => {
            const y = this.tops[index];
            if (line.kind !== "row" || y > bottom || y + line.height < top) {
                return;
            }
            const { lanes } = this.store.lanesOf(line.row.id);
            for (const order of this.store.ordersOf(line.row.id)) {
                const at = y + lanes.get(order.id) * LANE;
                if (
                    order.performer === line.row.id &&
                    timeToX(this.axis, order.start) < right &&
                    timeToX(this.axis, order.end) > left &&
                    at < bottom &&
                    at + LANE > top
                ) {
                    selected.add(order.id);
                }
            }
        });
        this.props.select(selected);
    }

    // ------------------------------------------------------------------ focus

    lineOfElement(element) {
        const line = element.closest("[data-line]");
        return line ? Number(line.dataset.line) : undefined;
    }

    /** From bar to bar, and from job to job in the pane. */
    focusNext(element, order, key) {
        if (!this.store.orders.has(order.id)) {
            const jobs = [...this.pane.querySelectorAll(".o_board_job")];
            const by = { ArrowUp: -1, ArrowDown: 1 }[key];
            const next = by ? jobs[jobs.indexOf(element) + by] : null;
            return next?.focus();
        }
        const at = this.lineOfElement(element);
        const own = (index) => {
            const line = this.lines[index];
            return line?.kind === "row"
                ? this.store
                      .ordersOf(line.row.id)
                      .filter((other) => other.performer === line.row.id)
                      .sort((a, b) => a.start - b.start)
                : [];
        };
        const row = own(at);
        let next;
        if (key === "Home" || key === "End") {
            next = row.at(key === "Home" ? 0 : -1);
        } else if (key === "ArrowLeft" || key === "ArrowRight") {
            next = row[row.indexOf(order) + (key === "ArrowLeft" ? -1 : 1)];
        } else {
            const by = key === "ArrowUp" ? -1 : 1;
            let index = at + by;
            while (this.lines[index] && !own(index).length) {
                index += by;
            }
            next = own(index).reduce(
                (best, other) =>
                    !best ||
                    Math.abs(other.start - order.start) < Math.abs(best.start - order.start)
                        ? other
                        : best,
                undefined
            );
            if (next) {
                return this.focusOrder(next.id, index);
            }
        }
        if (next) {
            this.focusOrder(next.id, at);
        }
    }

    /** Bring a line and a time into sight. */
    reveal(index, time) {
        const { scroller, headWidth } = this;
        const top = this.tops[index];
        const bottom = top + this.lines[index].height;
        if (top < scroller.scrollTop) {
            scroller.scrollTop = top;
        } else if (bottom + this.topHeight > scroller.scrollTop + scroller.clientHeight) {
            scroller.scrollTop = bottom + this.topHeight - scroller.clientHeight;
        }
        const x = timeToX(this.axis, time);
        const room = scroller.clientWidth - headWidth;
        if (x < scroller.scrollLeft) {
            scroller.scrollLeft = x - 20;
        } else if (x + 80 > scroller.scrollLeft + room) {
            scroller.scrollLeft = x + 80 - room;
        }
    }

    focusOrder(id, index) {
        this.wanted = null;
        const order = this.store.orders.get(id);
        if (order) {
            const line =
                index ??
                this.lines.findIndex((l) => l.kind === "row" && l.row.id === order.performer);
            if (line >= 0) {
                this.reveal(line, order.start);
            }
        }
        const element = this.findElement(id);
        if (element) {
            element.focus({ preventScroll: true });
        } else if (order) {
            // Out of what is drawn: the scrolling draws it first.
            requestAnimationFrame(() =>
                requestAnimationFrame(() => this.findElement(id)?.focus())
            );
        }
    }

    /** Bar of the order, or its card in the pane. */
    findElement(id) {
        return this.root?.querySelector(`[data-order="${id}"]:not([data-along])`);
    }
}
