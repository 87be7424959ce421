import { h } from "./dom";
import { toBlob } from "./photo";

/** A field to sign in with a finger. */
export class SignaturePad {
    constructor() {
        this.isEmpty = true;
        this.canvas = h("canvas.o_day_pad", {
            width: 800,
            height: 400,
            onpointerdown: (event) => this.begin(event),
            onpointermove: (event) => this.draw(event),
            onpointerup: () => (this.last = null),
            onpointercancel: () => (this.last = null),
        });
        this.context = this.canvas.getContext("2d");
        Object.assign(this.context, { lineWidth: 5, lineCap: "round", lineJoin: "round" });
    }

    getPoint(event) {
        const box = this.canvas.getBoundingClientRect();
        return [
            ((event.clientX - box.left) * this.canvas.width) / box.width,
            ((event.clientY - box.top) * this.canvas.height) / box.height,
        ];
    }

    begin(event) {
        event.preventDefault();
        this.canvas.setPointerCapture(event.pointerId);
        this.last = this.getPoint(event);
    }

    draw(event) {
        if (!this.last) {
            return;
        }
        const point = this.getPoint(event);
        this.context.beginPath();
        this.context.moveTo(...this.last);
        this.context.lineTo(...point);
        this.context.stroke();
        this.last = point;
        this.isEmpty = false;
    }

    clear() {
        this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
        this.isEmpty = true;
    }

    async read() {
        const blob = await toBlob(this.canvas, "image/png");
        return { bytes: await blob.arrayBuffer(), type: blob.type };
    }
}
