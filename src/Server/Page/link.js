// One item is current at a time; its row, its shape and its text carry the same data-key and light up together.

let current = null;
let pinned = null;
const listeners = [];

/** Calls back with the key of the lit item, or null. */
export const onLight = (listener) => listeners.push(listener);

/** The item chosen by click or keys, or null. */
export const chosen = () => pinned;

/** Lights up an item while the pointer is on it. */
export function hover(key) {
    light(key ?? pinned);
}

/** Chooses an item; null chooses none. */
export function choose(key, { focus = false } = {}) {
    pinned = key;
    light(key);
    if (key === null) return;
    const row = document.querySelector(`#answer [data-key="${CSS.escape(key)}"]`);
    row?.scrollIntoView({ block: 'nearest' });
    if (focus) row?.focus({ preventScroll: true });
}

/** Chooses the next or the previous row. */
export function step(by) {
    const keys = [...document.querySelectorAll('#answer [data-key]')].map((row) => row.dataset.key);
    if (keys.length === 0) return;
    const at = keys.indexOf(pinned);
    choose(keys[at < 0 ? (by > 0 ? 0 : keys.length - 1) : Math.min(keys.length - 1, Math.max(0, at + by))], { focus: true });
}

/** What an element needs to take part. */
export const linked = (key) => ({
    'data-key': key,
    pointerenter: () => hover(key),
    pointerleave: () => hover(null),
    focus: () => choose(key),
});

/** After drawing anew: what is gone is no longer chosen. */
export function relight() {
    if (pinned !== null && !document.querySelector(`[data-key="${CSS.escape(pinned)}"]`)) pinned = null;
    light(pinned);
}

function light(key) {
    current = key;
    document.body.classList.toggle('lit', key !== null);
    for (const element of document.querySelectorAll('[data-key]')) {
        const on = element.dataset.key === current;
        element.classList.toggle('on', on);
        if (element.matches('#answer li')) element.tabIndex = on ? 0 : -1;
    }
    const rows = document.querySelectorAll('#answer li[data-key]');
    if (key === null && rows.length > 0) rows[0].tabIndex = 0;
    listeners.forEach((listener) => listener(key));
}
