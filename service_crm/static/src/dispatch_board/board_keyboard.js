import { addDays, snap, STEP } from "./board_geometry";
import { lengthOf, returnMoves } from "./board_moves";
import { isMovable } from "./board_store";
import { BoardCarry } from "./board_carry";

/**
 * The board without a mouse: arrows go from bar to bar; space picks one up, arrows then
 * move it by a quarter of an hour or to the next row, with Shift they change how long
 * it takes, page keys turn the day and Home goes to its beginning, Enter drops it,
 * Escape gives up.
 */
export class BoardKeyboard {
    /** @param {Object} board see {@link BoardCarry} */
    constructor(board) {
        this.board = board;
        this.carry = null;
    }

    /** @returns {boolean} whether the key meant something here */
    onKey(ev) {
        if (this.carry) {
            return this.onCarryKey(ev);
        }
        const element = ev.target.closest("[data-order]");
        const order = element && this.board.store.get(Number(element.dataset.order));
        const control = ev.ctrlKey || ev.metaKey;
        if (control && ev.key.toLowerCase() === "z") {
            ev.shiftKey ? this.board.redo() : this.board.undo();
            return true;
        }
        if (control && ev.key.toLowerCase() === "a" && !ev.target.closest("input, textarea")) {
            this.board.selectAll();
            return true;
        }
        if (ev.key === "Escape") {
            return this.board.clearSelection();
        }
        if (!order || ev.altKey || control) {
            return false;
        }
        switch (ev.key) {
            case "Enter":
                this.board.openOrder(order);
                return true;
            case " ":
                if (ev.shiftKey) {
                    this.board.toggleSelected(order);
                } else {
                    this.pickUp(order, element);
                }
                return true;
            case "s":
                if (this.board.mayPlan && isMovable(order)) {
                    this.board.suggest(order);
                }
                return true;
            case "Delete":
                if (this.board.mayPlan && isMovable(order) && order.performer) {
                    this.board.drop(returnMoves(this.board.chosen(order)));
                }
                return true;
            case "ArrowLeft":
            case "ArrowRight":
            case "ArrowUp":
            case "ArrowDown":
            case "Home":
            case "End":
                this.board.focusNext(element, order, ev.key);
                return true;
        }
        return false;
    }

    /** Take the order, or all that are selected with it, in hand. */
    pickUp(order, element) {
        if (!this.board.mayPlan || !isMovable(order) || element.dataset.along) {
            return this.board.say(this.board.words.fixed(order));
        }
        this.carry = new BoardCarry(this.board, order, this.board.chosen(order));
        const start = order.start || this.board.freeStart();
        const lines = this.board.lines;
        const near = this.board.lineOfElement(element);
        let line = near ?? lines.findIndex((l) => l.kind === "row" && l.row.id === order.performer);
        if (line < 0) {
            line = lines.findIndex((l) => l.kind === "row");
        }
        if (line < 0) {
            this.carry = null;
            return;
        }
        this.board.setDragging(true);
        this.go(line, snap(this.board.axis, start));
        this.carry.askLanding().then(() => this.carry && this.tell());
    }

    onCarryKey(ev) {
        const { board, carry } = this;
        const { line, start } = carry.target;
        const step = ev.ctrlKey || ev.metaKey ? 4 * STEP : STEP;
        const back = ev.key === "ArrowLeft";
        switch (ev.key) {
            case "ArrowLeft":
            case "ArrowRight":
                if (ev.shiftKey && !carry.fromPane) {
                    this.pull(back ? -step : step);
                } else {
                    this.go(line, this.shift(start, back ? -step : step));
                }
                break;
            case "PageUp":
            case "PageDown":
                this.turn(ev.key === "PageUp" ? -1 : 1);
                break;
            case "Home":
                this.go(line, this.dayOf(start).from);
                break;
            case "ArrowUp":
            case "ArrowDown": {
                const down = ev.key === "ArrowDown" ? 1 : -1;
                let next = line + down;
                while (board.lines[next] && board.lines[next].kind !== "row") {
                    next += down;
                }
                if (board.lines[next]) {
                    this.go(next, start);
                }
                break;
            }
            case "Enter":
            case " ":
                this.finish(carry.moves, carry.verdict);
                break;
            case "Delete":
                if (!carry.fromPane) {
                    this.finish(returnMoves(carry.orders));
                }
                break;
            case "Escape":
            case "Tab":
                this.finish();
                break;
            default:
                return false;
        }
        return true;
    }

    /** A step in time that leaves out the hours the board does not show. */
    shift(start, by) {
        const { axis } = this.board;
        const time = start + by;
        const day = this.dayOf(start);
        if (time < day.from) {
            return day.index ? axis.days[day.index - 1].to - STEP : day.from;
        }
        if (time >= day.to) {
            return axis.days[day.index + 1]?.from ?? day.to - STEP;
        }
        return time;
    }

    dayOf(time) {
        const { days } = this.board.axis;
        return days.findLast((day) => day.midnight <= time) || days[0];
    }

    /** The same hour of another day, as long as it is in sight. */
    turn(by) {
        const { line, start } = this.carry.target;
        const { days } = this.board.axis;
        if (days[this.dayOf(start).index + by]) {
            this.go(line, addDays(this.board.axis, start, by));
        }
    }

    go(line, start) {
        const { board, carry } = this;
        const { from } = board.axis.days[0];
        const last = board.axis.days.at(-1).to - STEP;
        carry.moveTo({
            line,
            performer: board.lines[line].row.id,
            start: Math.min(last, Math.max(from, start)),
        });
        board.reveal(line, carry.target.start);
        this.tell();
    }

    /** Longer or shorter, the start stays; a quarter of an hour is the least. */
    pull(by) {
        const { carry } = this;
        carry.stretch = Math.max(STEP - lengthOf(carry.held), carry.stretch + by);
        carry.moveTo(carry.target);
        this.tell();
    }

    tell() {
        this.board.showWords(this.carry);
        this.board.placeWordsAtTarget(this.carry);
        this.board.say(this.carry.words.join(". "));
    }

    finish(moves, verdict) {
        const { carry, board } = this;
        this.carry = null;
        carry.end();
        board.hideWords();
        board.setDragging(false);
        if (moves) {
            board.drop(moves, verdict, carry.held.id);
        } else {
            board.say(board.words.givenUp());
            board.focusOrder(carry.held.id);
        }
    }
}
