/**
 * Moves and sizes an element without touching its `style` attribute: Odoo's style
 * sheets have rules on that attribute inside `:has()`, so that each change of it makes
 * the browser look at the whole page again (25 ms); this way it takes half of one.
 */
export class Motion {
    constructor(element) {
        this.animation = element.animate({}, { duration: 1000, fill: "both" });
        this.animation.pause();
        this.shown = "";
    }

    /** @param {Object} values `x`, `y`, and `width`, `height`, `opacity` when they change */
    set({ x, y, width, height, opacity }) {
        const key = `${x},${y},${width},${height},${opacity}`;
        if (key === this.shown) {
            return;
        }
        this.shown = key;
        const twice = (value) => [value, value];
        const frames = { transform: twice(`translate3d(${x}px, ${y}px, 0)`) };
        if (width !== undefined) {
            frames.width = twice(`${width}px`);
        }
        if (height !== undefined) {
            frames.height = twice(`${height}px`);
        }
        if (opacity !== undefined) {
            frames.opacity = twice(opacity);
        }
        this.animation.effect.setKeyframes(frames);
    }
}
