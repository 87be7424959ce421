/** What is said beside the pointer while something moves; plain elements. */
export class BoardWords {
    constructor(board) {
        this.board = board;
    }

    show(carry) {
        const [head, ...why] = carry.words;
        if (!head) {
            return this.remove();
        }
        if (!this.element) {
            this.element = document.createElement("div");
            this.element.setAttribute("aria-hidden", "true");
            document.body.append(this.element);
        }
        this.element.className = `o_board_words o_board_words_${carry.tone}`;
        const lines = [head, ...why].map((text, index) => {
            const line = document.createElement("div");
            line.className = index ? "" : "fw-bold";
            line.textContent = text;
            return line;
        });
        this.element.replaceChildren(...lines);
        const { width, height } = this.element.getBoundingClientRect();
        this.size = { width, height };
    }

    place(x, y) {
        if (!this.element) {
            return;
        }
        const { width, height } = this.size;
        const left = Math.max(4, Math.min(x + 14, window.innerWidth - width - 8));
        const below = y + 22;
        const top = below + height > window.innerHeight ? y - height - 14 : below;
        this.element.style.transform = `translate3d(${left}px, ${top}px, 0)`;
    }

    remove() {
        this.element?.remove();
        this.element = null;
    }
}
