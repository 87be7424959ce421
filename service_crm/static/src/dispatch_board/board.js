import {
    onMounted,
    onPatched,
    onWillPatch,
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
import { snap, STEP } from "./board_geometry";
import { BoardKeyboard } from "./board_keyboard";
import { BoardPane } from "./board_pane";
import { BoardRow } from "./board_row";
import { BoardSelection } from "./board_selection";
import { BoardWords } from "./board_pointer_words";
import { describeOrder } from "./board_words";

const { DateTime } = luxon;
const CARD_DELAY = 450;

/** Pane and rows; the pointer and the keyboard move what the store holds. */
export class Board extends BoardSelection {
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
            this.root.addEventListener("touchmove", this.drag.onTouch, { passive: false });
            this.measure();
            this.scrollToNow();
        });
        onWillPatch(() => {
            this.focusedBar = document.activeElement?.closest("[data-order]")?.dataset.order;
        });
        onPatched(() => {
            if (this.wanted) {
                this.focusOrder(this.wanted);
            } else if (this.focusedBar && document.activeElement === document.body) {
                // What had the focus was drawn anew, in another row or in the pane.
                this.findElement(this.focusedBar)?.focus({ preventScroll: true });
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

    // ------------------------------------------------------------------ pointer

    onPress(order, ev, element) {
        const choosing = ev.pointerType !== "mouse" && this.props.selected.size;
        if (ev.ctrlKey || ev.metaKey || ev.shiftKey || choosing) {
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

    /** Where a job picked up by keyboard begins: now, or with the next day in sight. */
    freeStart() {
        const { days } = this.axis;
        const soon = snap(this.axis, this.props.now + STEP);
        const next = days.find((day) => soon < day.to);
        return next && soon > days[0].midnight ? Math.max(soon, next.from) : days[0].from;
    }
}
