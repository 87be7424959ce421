/**
 * Signs of the kinds of stages, drawn in a square of 16 around its middle: paths of
 * lines, and `fill` where they are solid. Another addon adds its kinds here.
 */
export const KIND_ICONS = {
    work: { d: "M0-7a3.4 3.4 0 1 0 0 6.8a3.4 3.4 0 1 0 0-6.8M-6.5 7c0-4 3-5.2 6.5-5.2S6.5 3 6.5 7z" },
    automatic: {
        d: "M0-2.6a2.6 2.6 0 1 0 0 5.2a2.6 2.6 0 1 0 0-5.2M0-7v2.6M0 7V4.4M-7 0h2.6M7 0H4.4M-5-5l1.8 1.8M5 5L3.2 3.2M-5 5l1.8-1.8M5-5L3.2-3.2",
    },
    approval: { d: "M-6.5-6.5h13v13h-13zM-3.4 0L-1 2.6L3.6-2.6" },
    child: { d: "M-6.5-6.5h13v13h-13zM0-3.4v6.8M-3.4 0h6.8" },
    decision: { d: "M-5-5L5 5M-5 5L5-5", heavy: true },
    split: { d: "M-6.5 0h13M0-6.5v13", heavy: true },
    join: { d: "M-6.5 0h13M0-6.5v13", heavy: true },
    inclusive_split: { d: "M0-6.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13", heavy: true },
    inclusive_join: { d: "M0-6.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13", heavy: true },
    start: { d: "M-3.5-5.5L5.5 0L-3.5 5.5z", fill: true },
    end: { d: "M-4.5-4.5h9v9h-9z", fill: true },
    terminate: { d: "M0-9.5a9.5 9.5 0 1 0 0 19a9.5 9.5 0 1 0 0-19", fill: true },
    pause: { d: "M0-8a8 8 0 1 0 0 16a8 8 0 1 0 0-16M0-5V0L3.6 2.4" },
    event: { d: "M-8-5.5H8v11H-8zM-8-5.5L0 1L8-5.5" },
};

export function getIcon(kind) {
    return KIND_ICONS[kind] || false;
}
