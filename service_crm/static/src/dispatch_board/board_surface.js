import { Component } from "@odoo/owl";
import {
    buildAxis,
    findQuietDays,
    pickHours,
    stackLines,
    timeToX,
    visibleLines,
} from "./board_geometry";
import { formatTime } from "./board_words";

const { DateTime } = luxon;
const SPARE = 300;
const HEAD = 190;
const SMALL_HEAD = 130;
const TOP = 52;
/** Pixels an hour needs at least, by the number of days shown. */
const MIN_HOUR = { 1: 56, 3: 30, 7: 14 };
const TICK_ROOM = 38;

/** The surface of the board: line of time, rows, and the part of them in sight. */
export class BoardSurface extends Component {
    get root() {
        return this.rootRef.el;
    }

    get scroller() {
        return this.scrollRef.el;
    }

    get layer() {
        return this.layerRef.el;
    }

    get pane() {
        return this.root?.querySelector(".o_board_pane");
    }

    get store() {
        return this.props.store;
    }

    get zone() {
        return this.props.zone;
    }

    get mayPlan() {
        return Boolean(this.store.data.may_plan);
    }

    get headWidth() {
        return this.state.room && this.state.room < 650 ? SMALL_HEAD : HEAD;
    }

    get topHeight() {
        return TOP;
    }

    /** Axis, lines and the part of them that is in sight, before each drawing. */
    compute() {
        const { store, props } = this;
        const room = Math.max(200, (this.state.room || 1000) - this.headWidth);
        const key = [store.range.start, store.range.stop, props.whole, room].join();
        if (this.axisKey !== key || this.axisStore !== store) {
            Object.assign(this, { axisKey: key, axisStore: store });
            const { rows } = store.data;
            const orders = [...store.orders.values()];
            this.axis = buildAxis({
                ...store.range,
                zone: props.zone,
                hours: props.whole ? [0, 24] : pickHours(rows, orders, props.zone),
                quiet: findQuietDays(store.range, rows, orders, props.zone),
                room,
                minHour: MIN_HOUR[props.days] || MIN_HOUR[7],
            });
            store.axis = this.axis;
        }
        this.lines = store.lines(props.folded);
        const { tops, height } = stackLines(this.lines);
        this.tops = tops;
        this.height = height;
        this.window = visibleLines(tops, this.view.top, this.view.height || 800, SPARE);
    }

    get drawn() {
        const [first, last] = this.window;
        return this.lines
            .slice(first, last)
            .map((line, at) => ({ line, index: first + at, top: this.tops[first + at] }));
    }

    get headings() {
        const { axis, props } = this;
        const every = [1, 2, 3, 4, 6, 12].find((n) => n * axis.hour >= TICK_ROOM) || 24;
        const today = DateTime.fromMillis(props.now, { zone: props.zone });
        return axis.days.map((day) => {
            const date = DateTime.fromMillis(day.midnight, { zone: props.zone });
            const ticks = [];
            const last = day.share < 1 ? 0 : axis.hours[1];
            for (let hour = axis.hours[0]; hour < last; hour += every) {
                const time = date.set({ hour });
                ticks.push({
                    hour,
                    x: timeToX(axis, time.toMillis()) - day.x,
                    text: time.toFormat("H"),
                });
            }
            return {
                ...day,
                ticks,
                today: date.hasSame(today, "day"),
                weekend: date.weekday > 5,
                label:
                    day.width < 70
                        ? date.toFormat("ccc d")
                        : date.toLocaleString({
                              weekday: day.width > 230 ? "long" : "short",
                              day: "numeric",
                              month: day.width > 100 ? "short" : undefined,
                          }),
            };
        });
    }

    /** Where now is, when it is in sight. */
    get nowX() {
        const { axis, props } = this;
        const day = axis.days.find((d) => props.now >= d.from && props.now <= d.to);
        return day ? timeToX(axis, props.now) : false;
    }

    /** Up to where the time has passed. */
    get pastX() {
        return this.props.now > this.axis.start ? timeToX(this.axis, this.props.now) : 0;
    }

    get nowText() {
        return formatTime(this.props.now, this.props.zone);
    }

    /** The bar that Tab goes to. */
    get focusId() {
        const { focusId } = this.state;
        if (focusId && this.store.orders.has(focusId)) {
            return focusId;
        }
        for (const { line } of this.drawn) {
            const own =
                line.kind === "row" &&
                this.store.ordersOf(line.row.id).find((order) => order.performer === line.row.id);
            if (own) {
                return own.id;
            }
        }
        return false;
    }

    /** The bar Tab goes to, when it is in that row: others need not be drawn for it. */
    focusIn(rowId, focusId) {
        return focusId && this.store.get(focusId)?.performer === rowId ? focusId : false;
    }

    measure() {
        const { clientWidth, clientHeight, scrollTop } = this.scroller || {};
        if (clientWidth) {
            this.view = { top: scrollTop, height: clientHeight };
            this.drag.carry && this.drag.measure();
            if (clientWidth !== this.state.room) {
                this.state.room = clientWidth;
            }
        }
    }

    onScroll() {
        this.scrollFrame ||= requestAnimationFrame(() => {
            this.scrollFrame = null;
            if (!this.scroller) {
                return;
            }
            const { scrollTop, clientHeight } = this.scroller;
            this.view = { top: scrollTop, height: clientHeight };
            const [first, last] = visibleLines(this.tops, scrollTop, clientHeight, SPARE / 3);
            if (first < this.window[0] || last > this.window[1]) {
                this.state.revealed += 1;
            }
            this.hideCard();
        });
    }

    scrollToNow() {
        const x = this.nowX;
        if (x !== false && this.scroller) {
            const room = this.scroller.clientWidth - this.headWidth;
            if (x > room) {
                this.scroller.scrollLeft = x - room / 3;
            }
        }
    }
}
