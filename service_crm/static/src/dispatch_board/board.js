import {
    Component,
    onMounted,
    onPatched,
    onWillRender,
    onWillUnmount,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";
import { isMobileOS } from "@web/core/browser/feature_detection";
import { usePopover } from "@web/core/popover/popover_hook";
import { _t } from "@web/core/l10n/translation";
import { serializeDateTime } from "@web/core/l10n/dates";
import { SuggestionPanel } from "@service_crm/suggestions/suggestion_panel";
import { BoardCard } from "./board_card";
import { BoardDrag } from "./board_drag";
import {
    buildAxis,
    findQuietDays,
    LANE,
    overlap,
    pickHours,
    snap,
    stackLines,
    STEP,
    timeToX,
    visibleLines,
} from "./board_geometry";
import { BoardKeyboard } from "./board_keyboard";
import { BoardPane } from "./board_pane";
import { BoardRow } from "./board_row";
import { BoardWords } from "./board_pointer_words";
import { describeOrder, formatTime } from "./board_words";

const { DateTime } = luxon;
const SPARE = 300;
const HEAD = 190;
const SMALL_HEAD = 130;
const TOP = 52;
const CARD_DELAY = 450;
/** Pixels an hour needs at least, by the number of days shown. */
const MIN_HOUR = { 1: 56, 3: 30, 7: 14 };
const TICK_ROOM = 38;

/** Pane and rows; the pointer and the keyboard move what the store holds. */
export class Board extends Component {
    static template = "service_crm.Board";
    static components = { BoardPane, BoardRow, SuggestionPanel };
    static props = {
        store: Object,
        revision: Number,
        zone: String,
        now: Number,
        days: Number,
        whole: Boolean,
        folded: Object,
        paneOpen: Boolean,
        loading: Boolean,
        selected: Object,
        togglePane: Function,
        toggleGroup: Function,
        select: Function,
        drop: Function,
        undo: Function,
        redo: Function,
        openOrder: Function,
        read: Function,
        loadLanding: Function,
        setDragging: Function,
        turn: Function,
    };

    setup() {
        this.rootRef = useRef("root");
        this.scrollRef = useRef("scroll");
        this.layerRef = useRef("layer");
        this.sayRef = useRef("say");
        this.state = useState({ room: 0, focusId: false, suggestId: false, revealed: 0 });
        this.card = usePopover(BoardCard, {
            position: "right-start",
            popoverClass: "o_board_popover",
            animation: false,
        });
        this.drag = new BoardDrag(this);
        this.keyboard = new BoardKeyboard(this);
        this.pointerWords = new BoardWords();
        this.lines = [];
        this.tops = [];
        this.window = [0, 0];
        this.view = { top: 0, height: 0 };
        onWillRender(() => this.compute());
        onMounted(() => {
            this.observer = new ResizeObserver(() => this.measure());
            this.observer.observe(this.scroller);
            this.measure();
            this.scrollToNow();
        });
        onPatched(() => {
            if (this.wanted) {
                this.focusOrder(this.wanted);
            }
            this.drag.carry?.paintRows();
        });
        onWillUnmount(() => {
            this.observer.disconnect();
            clearTimeout(this.cardTimer);
            cancelAnimationFrame(this.scrollFrame);
            this.drag.stop();
            this.keyboard.carry?.end();
            this.pointerWords.remove();
        });
        useExternalListener(document, "keydown", (ev) => this.onPageKey(ev));
    }

    // ------------------------------------------------------------------ what is drawn

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
                              weekday: day.width > 180 ? "long" : "short",
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

    // ------------------------------------------------------------------ pointer

    onPress(order, ev, element) {
        if (ev.ctrlKey || ev.metaKey || ev.shiftKey) {
            this.toggleSelected(order);
        } else {
            element.focus({ preventScroll: true });
            this.openOrder(order);
        }
    }

    onOver(ev) {
        const element = ev.target.closest("[data-order]");
        clearTimeout(this.cardTimer);
        if (!element || this.drag.press || ev.pointerType !== "mouse") {
            return;
        }
        this.cardTimer = setTimeout(() => {
            const order = this.store.get(Number(element.dataset.order));
            if (order && element.isConnected && !this.drag.press) {
                this.card.open(element, {
                    order,
                    performer: this.store.rows.get(order.performer)?.name || "",
                    zone: this.zone,
                    now: this.props.now,
                });
            }
        }, CARD_DELAY);
    }

    onOut(ev) {
        const element = ev.target.closest("[data-order]");
        if (element && !element.contains(ev.relatedTarget)) {
            this.hideCard();
        }
    }

    hideCard() {
        clearTimeout(this.cardTimer);
        if (this.card.isOpen) {
            this.card.close();
        }
    }

    onMenu(ev) {
        if (isMobileOS() || this.drag.carry) {
            ev.preventDefault();
        }
    }

    // ------------------------------------------------------------------ hand in hand

    setDragging(dragging) {
        this.hideCard();
        this.props.setDragging(dragging);
    }

    setPaneTarget(over) {
        if (this.paneTarget !== over) {
            this.paneTarget = over;
            this.pane?.classList.toggle("o_board_pane_target", over);
        }
    }

    loadLanding(order) {
        return this.props.loadLanding(order);
    }

    showWords(carry) {
        this.pointerWords.show(carry);
    }

    placeWords(x, y) {
        this.pointerWords.place(x, y);
    }

    placeWordsAtTarget(carry) {
        const box = carry.elements[0]?.getBoundingClientRect();
        if (box) {
            this.pointerWords.place(box.left, box.bottom);
        }
    }

    hideWords() {
        this.pointerWords.remove();
    }

    drop(moves, verdict, focusId) {
        if (focusId) {
            this.wanted = focusId;
        }
        this.props.drop(moves, verdict);
    }

    undo() {
        this.props.undo();
    }

    redo() {
        this.props.redo();
    }

    openOrder(order) {
        this.hideCard();
        this.props.openOrder(order);
    }

    // ------------------------------------------------------------------ suggestions

    /** The order whose suggestions are open, as it is now. */
    get suggested() {
        return this.state.suggestId && this.store.get(this.state.suggestId);
    }

    /** Suggestions begin with the period in sight, and never in the past. */
    get suggestedSince() {
        const start = Math.max(this.store.range.start, this.props.now - (this.props.now % STEP));
        return serializeDateTime(DateTime.fromMillis(start));
    }

    suggest(order) {
        this.hideCard();
        const { suggestId } = this.state;
        this.state.suggestId = order ? order.id : false;
        if (!order && suggestId) {
            this.wanted = suggestId;
        }
    }

    onTaken() {
        const id = this.state.suggestId;
        this.suggest(null);
        return this.props.read([id]);
    }

    say(text) {
        if (this.sayRef.el) {
            this.sayRef.el.textContent = text;
        }
    }

    get words() {
        return {
            fixed: (order) =>
                _t("%s cannot be moved.", describeOrder(order, "", this.zone, this.props.now)),
            givenUp: () => _t("Nothing was changed."),
        };
    }

    // ------------------------------------------------------------------ selection

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

    // ------------------------------------------------------------------ keyboard

    onKeydown(ev) {
        if (this.keyboard.onKey(ev)) {
            ev.preventDefault();
            ev.stopPropagation();
        }
    }

    /** Undo works wherever the focus is, unless something is being typed or asked. */
    onPageKey(ev) {
        const typing = ev.target.closest?.("input, textarea, [contenteditable], .o_dialog");
        if (
            !typing &&
            !this.root.contains(ev.target) &&
            (ev.ctrlKey || ev.metaKey) &&
            ev.key.toLowerCase() === "z"
        ) {
            ev.preventDefault();
            ev.shiftKey ? this.redo() : this.undo();
        }
    }

    onFocus(ev) {
        const id = Number(ev.target.closest?.(".o_board_bar")?.dataset.order);
        if (id && id !== this.state.focusId) {
            this.state.focusId = id;
        }
    }

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
        } else if (bottom + TOP > scroller.scrollTop + scroller.clientHeight) {
            scroller.scrollTop = bottom + TOP - scroller.clientHeight;
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
        const find = () => this.root.querySelector(`[data-order="${id}"]:not([data-along])`);
        if (order) {
            const line =
                index ??
                this.lines.findIndex((l) => l.kind === "row" && l.row.id === order.performer);
            if (line >= 0) {
                this.reveal(line, order.start);
            }
        }
        const element = find();
        if (element) {
            element.focus({ preventScroll: true });
        } else if (order) {
            // Out of what is drawn: the scrolling draws it first.
            requestAnimationFrame(() => requestAnimationFrame(() => find()?.focus()));
        }
    }

    /** Where a job picked up by keyboard begins: now, or with the first day. */
    freeStart() {
        const { axis, props } = this;
        const first = axis.days[0];
        return overlap(props.now, props.now + STEP, axis.start, axis.stop)
            ? snap(axis, props.now + STEP)
            : first.from;
    }
}
