/**
 * Elements, and the least change from one tree of them to the next: what somebody is
 * typing, and where the page stands, stays. Texts become text nodes, never markup.
 */

/**
 * @param {string} tag `button.o_day_button.o_day_primary`
 * @param {Object} [props] attributes; `onclick` and other events; `key` of a list item;
 *  `value`, `checked` of fields; `keep` for an element that looks after itself
 */
export function h(tag, props = {}, ...children) {
    const [name, ...classes] = tag.split(".");
    const element = document.createElement(name);
    element.seen = { events: {}, key: props.key, keep: props.keep, fields: {} };
    if (classes.length) {
        element.className = classes.join(" ");
    }
    for (const [prop, value] of Object.entries(props)) {
        if (prop === "key" || prop === "keep" || value === undefined || value === null) {
            continue;
        } else if (prop.startsWith("on")) {
            listen(element, prop.slice(2), value);
        } else if (prop === "value" || prop === "checked") {
            element[prop] = element.seen.fields[prop] = value;
        } else if (value === true) {
            element.setAttribute(prop, "");
        } else if (value !== false) {
            element.setAttribute(prop, value);
        }
    }
    element.append(...children.flat(Infinity).filter(isShown).map(toNode));
    return element;
}

/** A drawn sign; it says nothing that is not written beside it. */
export function icon(name) {
    return h(`span.o_day_icon.o_day_icon_${name}`, { "aria-hidden": "true" });
}

function isShown(child) {
    return child !== null && child !== undefined && child !== false && child !== "";
}

function toNode(child) {
    return child instanceof Node ? child : document.createTextNode(String(child));
}

function listen(element, type, handler) {
    const { events } = element.seen;
    if (!(type in events)) {
        element.addEventListener(type, (event) => element.seen.events[type]?.(event));
    }
    events[type] = handler;
}

function isAlike(from, to) {
    return from.nodeName === to.nodeName && from.seen?.key === to.seen?.key;
}

/** Make `from` look and behave like `to`; returns the element that stays. */
export function morph(from, to) {
    if (!isAlike(from, to)) {
        from.replaceWith(to);
        return to;
    }
    if (from.nodeType === Node.TEXT_NODE) {
        if (from.data !== to.data) {
            from.data = to.data;
        }
        return from;
    }
    if (from.seen?.keep && from.seen.keep === to.seen?.keep) {
        return from;
    }
    morphProps(from, to);
    morphChildren(from, [...to.childNodes]);
    return from;
}

function morphProps(from, to) {
    for (const { name } of [...from.attributes]) {
        if (!to.hasAttribute(name)) {
            from.removeAttribute(name);
        }
    }
    for (const { name, value } of to.attributes) {
        if (from.getAttribute(name) !== value) {
            from.setAttribute(name, value);
        }
    }
    from.seen ||= { events: {}, fields: {} };
    for (const type of Object.keys(from.seen.events)) {
        from.seen.events[type] = undefined;
    }
    const seen = to.seen || { events: {}, fields: {} };
    for (const [type, handler] of Object.entries(seen.events)) {
        listen(from, type, handler);
    }
    for (const [field, value] of Object.entries(seen.fields)) {
        if (from[field] !== value && (field !== "value" || document.activeElement !== from)) {
            from[field] = value;
        }
    }
    from.seen.fields = seen.fields;
    from.seen.keep = seen.keep;
}

function morphChildren(parent, wanted) {
    const left = [...parent.childNodes];
    const takeAlike = (child) => {
        const index = left.findIndex((old) => isAlike(old, child));
        return index < 0 ? null : left.splice(index, 1)[0];
    };
    let place = parent.firstChild;
    for (const child of wanted) {
        const old = takeAlike(child);
        const node = old ? morph(old, child) : child;
        if (node === place) {
            place = place.nextSibling;
        } else {
            parent.insertBefore(node, place);
        }
    }
    left.forEach((node) => node.remove());
}
