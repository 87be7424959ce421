import { lineAt, snapX, timeToX } from "./board_geometry";
import { returnMoves } from "./board_moves";
import { isMovable } from "./board_store";
import { BoardCarry } from "./board_carry";
import { Motion } from "./board_motion";

const SLACK = 4;
const TOUCH_SLACK = 10;
const TOUCH_DELAY = 350;
const EDGE = 48;
const FASTEST = 18;

/**
 * The pointer on the board: press, drag, pull a side, draw a frame around bars.
 *
 * Every frame moves elements by transform only; layout is read when the drag begins
 * and when the board scrolls.
 */
export class BoardDrag {
    /** @param {Object} board see {@link BoardCarry}; also `root`, `scroller`, `pane`, … */
    constructor(board) {
        this.board = board;
        this.press = null;
        this.carry = null;
        this.onMove = this.onMove.bind(this);
        this.onUp = this.onUp.bind(this);
        this.onKey = this.onKey.bind(this);
        this.frame = this.frame.bind(this);
        /** Nothing scrolls while a finger carries; browsers ask before it comes down. */
        this.onTouch = (ev) => this.carry && ev.preventDefault();
    }

    // ------------------------------------------------------------------ pressing

    onDown(ev) {
        if (ev.button !== 0 || this.press) {
            return;
        }
        const element = ev.target.closest("[data-order]");
        if (!element) {
            if (ev.pointerType === "mouse" && ev.target.closest(".o_board_track")) {
                this.listen(ev, null);
            }
            return;
        }
        const order = this.board.store.get(Number(element.dataset.order));
        if (!order) {
            return;
        }
        this.listen(ev, element);
        this.press.order = order;
        this.press.side = ev.target.closest("[data-side]")?.dataset.side || "";
        this.press.may = this.board.mayPlan && isMovable(order) && !element.dataset.along;
        if (ev.pointerType !== "mouse") {
            this.press.timer = setTimeout(() => this.press && this.begin(), TOUCH_DELAY);
        }
    }

    listen(ev, element) {
        this.press = { element, x: ev.clientX, y: ev.clientY, type: ev.pointerType, ev };
        this.last = { x: ev.clientX, y: ev.clientY };
        window.addEventListener("pointermove", this.onMove);
        window.addEventListener("pointerup", this.onUp);
        window.addEventListener("pointercancel", this.onUp);
        window.addEventListener("keydown", this.onKey, { capture: true });
    }

    onMove(ev) {
        this.last = { x: ev.clientX, y: ev.clientY };
        if (!this.carry && !this.framing) {
            const far = Math.hypot(ev.clientX - this.press.x, ev.clientY - this.press.y);
            if (this.press.type !== "mouse") {
                return far > TOUCH_SLACK ? this.stop() : undefined;
            }
            if (far < SLACK) {
                return;
            }
            this.begin();
        }
    }

    begin() {
        const { order, element } = this.press;
        if (!element) {
            return this.beginFrame();
        }
        if (!this.press.may) {
            return;
        }
        this.board.hideCard();
        const chosen = this.press.side ? [order] : this.board.chosen(order);
        this.carry = new BoardCarry(this.board, order, chosen, this.press.side);
        this.measure();
        const box = element.getBoundingClientRect();
        this.grip = { x: this.press.x - box.left, y: this.press.y - box.top };
        this.gripTime = order.start ? this.pointAxis(this.press.x) - timeToX(this.board.axis, order.start) : 0;
        if (!this.press.side) {
            this.ghost = element.cloneNode(true);
            this.ghost.classList.add("o_board_ghost");
            this.ghost.removeAttribute("id");
            this.ghost.setAttribute("aria-hidden", "true");
            Object.assign(this.ghost.style, {
                left: "0",
                top: "0",
                width: `${box.width}px`,
                height: `${box.height}px`,
            });
            if (chosen.length > 1) {
                this.ghost.dataset.count = chosen.length;
            }
            document.body.append(this.ghost);
            this.motion = new Motion(this.ghost);
        }
        for (const id of this.carry.ids) {
            this.board.root
                .querySelectorAll(`[data-order="${id}"]`)
                .forEach((el) => el.classList.add("o_board_moving"));
        }
        this.raiseShield();
        this.board.setDragging(true);
        this.carry.askLanding();
        this.request = requestAnimationFrame(this.frame);
    }

    /** Nothing below the pointer reacts while something is in hand. */
    raiseShield() {
        this.shield = document.createElement("div");
        this.shield.className = "o_board_shield";
        document.body.append(this.shield);
    }

    // ------------------------------------------------------------------ each frame

    measure() {
        this.box = this.board.scroller.getBoundingClientRect();
        this.paneBox = this.board.pane?.getBoundingClientRect();
    }

    pointAxis(x) {
        const { scroller, headWidth } = this.board;
        return x - this.box.left - headWidth + scroller.scrollLeft;
    }

    pointLines(y) {
        const { scroller, topHeight } = this.board;
        return y - this.box.top - topHeight + scroller.scrollTop;
    }

    frame() {
        if (!this.carry && !this.framing) {
            return;
        }
        this.scrollAtEdge();
        const { x, y } = this.last;
        if (this.framing) {
            this.drawFrame();
        } else {
            if (this.ghost) {
                this.motion.set({
                    x: x - this.grip.x,
                    y: y - this.grip.y,
                    opacity: this.away ? 0 : 0.75,
                });
            }
            const key = this.targetKey(x, y);
            if (key !== this.key) {
                this.key = key;
                this.away = Boolean(this.target) && this.carry.fromPane;
                this.carry.moveTo(this.target);
                this.board.showWords(this.carry);
            }
            this.board.placeWords(x, y);
        }
        this.request = requestAnimationFrame(this.frame);
    }

    /** Works out the target; the key changes when anything of it does. */
    targetKey(x, y) {
        const { box, board } = this;
        const over =
            x >= box.left + board.headWidth - this.grip.x &&
            x <= box.right &&
            y >= box.top + board.topHeight &&
            y <= box.bottom;
        const pane = this.paneBox;
        this.overPane = Boolean(
            pane && !this.press.side && x >= pane.left && x <= pane.right &&
                y >= pane.top && y <= pane.bottom
        );
        board.setPaneTarget(this.overPane && !this.carry.fromPane);
        this.target = null;
        if (!over || this.overPane) {
            return "none";
        }
        let index = lineAt(board.tops, this.pointLines(y));
        let line = board.lines[index];
        if (this.press.side) {
            index = board.lines.findIndex(
                (l) => l.kind === "row" && l.row.id === this.carry.held.performer
            );
            line = board.lines[index];
        }
        if (!line || line.kind !== "row") {
            return "none";
        }
        const grip = this.press.side || this.carry.fromPane ? 0 : this.gripTime;
        const start = snapX(board.axis, this.pointAxis(x) - grip);
        this.target = { performer: line.row.id, start, line: index };
        return `${line.key}|${start}`;
    }

    scrollAtEdge() {
        const { scroller, headWidth, topHeight } = this.board;
        const { x, y } = this.last;
        const push = (near, far, at) => {
            if (at < near + EDGE && at > near - EDGE) {
                return -Math.min(FASTEST, (near + EDGE - at) / 3);
            }
            return at > far - EDGE && at < far + EDGE ? Math.min(FASTEST, (at - far + EDGE) / 3) : 0;
        };
        const inside = x > this.box.left && x < this.box.right + EDGE;
        const down = inside ? push(this.box.top + topHeight, this.box.bottom, y) : 0;
        const right =
            inside && y > this.box.top ? push(this.box.left + headWidth, this.box.right, x) : 0;
        if (down || right) {
            scroller.scrollBy(right, down);
            this.key = undefined;
        }
    }

    // ------------------------------------------------------------------ frame around bars

    beginFrame() {
        this.framing = document.createElement("div");
        this.framing.className = "o_board_frame";
        this.board.layer.append(this.framing);
        this.motion = new Motion(this.framing);
        this.measure();
        this.origin = { x: this.pointAxis(this.press.x), y: this.pointLines(this.press.y) };
        this.raiseShield();
        this.request = requestAnimationFrame(this.frame);
    }

    drawFrame() {
        const [x, y] = [this.pointAxis(this.last.x), this.pointLines(this.last.y)];
        this.frameBox = {
            left: Math.max(0, Math.min(x, this.origin.x)),
            right: Math.max(x, this.origin.x),
            top: Math.max(0, Math.min(y, this.origin.y)),
            bottom: Math.max(y, this.origin.y),
        };
        const { left, right, top, bottom } = this.frameBox;
        this.motion.set({ x: left, y: top, width: right - left, height: bottom - top });
    }

    // ------------------------------------------------------------------ letting go

    onKey(ev) {
        if (ev.key === "Escape" && (this.carry || this.framing)) {
            ev.preventDefault();
            ev.stopPropagation();
            this.stop();
        }
    }

    onUp(ev) {
        const { press, carry, framing } = this;
        if (ev.type === "pointercancel") {
            return this.stop();
        }
        if (framing) {
            const box = this.frameBox;
            this.stop();
            if (box) {
                this.board.selectFrame(box, press.ev.ctrlKey || press.ev.metaKey);
            }
            return;
        }
        if (!carry) {
            this.stop();
            if (press.element) {
                this.board.onPress(press.order, press.ev, press.element);
            } else {
                this.board.clearSelection();
            }
            return;
        }
        this.last = { x: ev.clientX, y: ev.clientY };
        const far = Math.hypot(ev.clientX - press.x, ev.clientY - press.y);
        if (press.type !== "mouse" && far <= TOUCH_SLACK) {
            // Held by a finger and let go where it was: one more of several to move.
            this.stop();
            this.board.toggleSelected(press.order);
            return;
        }
        this.targetKey(ev.clientX, ev.clientY);
        carry.moveTo(this.target);
        const moves = this.overPane && !carry.fromPane ? returnMoves(carry.orders) : carry.moves;
        const verdict = carry.verdict;
        this.stop();
        this.board.drop(moves, verdict);
    }

    stop() {
        clearTimeout(this.press?.timer);
        cancelAnimationFrame(this.request);
        window.removeEventListener("pointermove", this.onMove);
        window.removeEventListener("pointerup", this.onUp);
        window.removeEventListener("pointercancel", this.onUp);
        window.removeEventListener("keydown", this.onKey, { capture: true });
        this.framing?.remove();
        this.ghost?.remove();
        this.carry?.end();
        this.shield?.remove();
        this.board.root
            ?.querySelectorAll(".o_board_moving")
            .forEach((el) => el.classList.remove("o_board_moving"));
        if (this.carry) {
            this.board.setDragging(false);
            this.board.setPaneTarget(false);
            this.board.hideWords();
        }
        Object.assign(this, {
            press: null,
            carry: null,
            framing: null,
            frameBox: null,
            ghost: null,
            shield: null,
            away: false,
            key: undefined,
            target: null,
        });
    }
}
