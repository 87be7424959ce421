/** Photos: shrunk before they are kept, without what the camera wrote into them. */

const LONGEST_SIDE = 1600;
const QUALITY = 0.82;
export const MAX_BYTES = 8 * 1024 * 1024;

/** @returns {Promise<{bytes: ArrayBuffer, type: string}>} */
export async function shrinkPhoto(file) {
    let blob = file;
    if (file.type !== "application/pdf") {
        try {
            blob = await draw(file);
        } catch {
            blob = file; // a kind this browser cannot draw goes as it is
        }
    }
    if (blob.size > MAX_BYTES) {
        throw new RangeError("too large");
    }
    return { bytes: await blob.arrayBuffer(), type: blob.type };
}

async function draw(file) {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    return toBlob(canvas, "image/jpeg");
}

export function toBlob(canvas, type) {
    return new Promise((resolve, reject) => {
        canvas.toBlob(
            (blob) => (blob ? resolve(blob) : reject(new Error("not drawn"))),
            type,
            QUALITY
        );
    });
}

/** Base64, as JSON carries it. */
export function toBase64(bytes) {
    const view = new Uint8Array(bytes);
    const step = 0x8000;
    let text = "";
    for (let at = 0; at < view.length; at += step) {
        text += String.fromCharCode(...view.subarray(at, at + step));
    }
    return btoa(text);
}
