const LINES = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin"];
const TEXTS = [
    ...["fill", "stroke", "stroke-width", "stroke-linejoin", "paint-order"],
    ...["font-family", "font-size", "font-weight", "text-anchor"],
];
/** What is drawn, and which styles make its look. */
const LOOKS = { path: LINES, rect: LINES, circle: LINES, text: TEXTS };

/** A drawing as a file that looks the same anywhere: the styles go with it. */
export function getSvgText(svg, { width, height }) {
    const copy = svg.cloneNode(true);
    const originals = svg.querySelectorAll("*");
    copy.querySelectorAll("*").forEach((element, index) => {
        const style = getComputedStyle(originals[index]);
        for (const name of LOOKS[element.tagName] || []) {
            element.setAttribute(name, style.getPropertyValue(name));
        }
        for (const name of ["class", "tabindex", "role"]) {
            element.removeAttribute(name);
        }
    });
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("width", width);
    copy.setAttribute("height", height);
    copy.removeAttribute("class");
    return new XMLSerializer().serializeToString(copy);
}

export function downloadSvg(svg, layout, name) {
    const blob = new Blob([getSvgText(svg, layout)], { type: "image/svg+xml" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${name}.svg`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
