import { Motion } from "./board_motion";

const LINES = 6;

/**
 * What is said beside the pointer while something moves. Its elements are made once:
 * while it moves, only texts change.
 */
export class BoardWords {
    show(carry) {
        const words = carry.words.slice(0, LINES);
        if (!words.length) {
            return this.hide();
        }
        if (!this.element) {
            this.make();
        }
        if (this.tone !== carry.tone) {
            this.tone = carry.tone;
            this.element.dataset.tone = carry.tone;
        }
        let changed = this.element.hidden;
        this.lines.forEach((line, index) => {
            const text = words[index] || "";
            if (line.data !== text) {
                line.data = text;
                changed = true;
            }
        });
        if (changed) {
            this.element.hidden = false;
            this.size = null;
        }
    }

    make() {
        this.element = document.createElement("div");
        this.element.className = "o_board_words";
        this.element.setAttribute("aria-hidden", "true");
        this.lines = Array.from({ length: LINES }, () => {
            const line = document.createElement("div");
            this.element.append(line);
            return line.appendChild(document.createTextNode(""));
        });
        document.body.append(this.element);
        this.motion = new Motion(this.element);
    }

    hide() {
        if (this.element && !this.element.hidden) {
            this.element.hidden = true;
        }
    }

    place(x, y) {
        if (!this.element || this.element.hidden) {
            return;
        }
        this.size ||= this.element.getBoundingClientRect();
        const { width, height } = this.size;
        const left = Math.max(4, Math.min(x + 14, window.innerWidth - width - 8));
        const below = y + 22;
        const top = below + height > window.innerHeight ? y - height - 14 : below;
        this.motion.set({ x: left, y: top });
    }

    remove() {
        this.element?.remove();
        this.element = null;
        this.tone = null;
    }
}
