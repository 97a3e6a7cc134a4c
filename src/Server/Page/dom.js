// Building elements. Text only ever goes in as text nodes, so nothing that was recognized can become markup.

export const $ = (id) => document.getElementById(id);

export function h(tag, props = {}, ...children) {
    return fill(document.createElement(tag), props, children);
}

export function svg(tag, props = {}, ...children) {
    return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), props, children);
}

function fill(element, props, children) {
    for (const [name, value] of Object.entries(props)) {
        if (value === undefined || value === null || value === false) continue;
        if (typeof value === 'function') element.addEventListener(name, value);
        else if (name === 'value' || name === 'checked') element[name] = value;
        else element.setAttribute(name, value === true ? '' : value);
    }
    element.append(...children.flat().filter((c) => c !== undefined && c !== null && c !== false));
    return element;
}

export const percent = (score) =>
    score > 0 && score < 0.0005 ? '< 0.1 %' : `${(score * 100).toFixed(score < 0.0995 ? 1 : 0)} %`;

let timer;

/** A short message at the bottom; an action adds a button to it. */
export function toast(message, label, action) {
    const box = $('toast');
    box.replaceChildren(
        message,
        ...(action
            ? [
                  h(
                      'button',
                      {
                          type: 'button',
                          click: () => {
                              hide();
                              action();
                          },
                      },
                      label,
                  ),
              ]
            : []),
    );
    box.classList.add('on');
    clearTimeout(timer);
    timer = setTimeout(hide, action ? 8000 : 2200);
}

function hide() {
    $('toast').classList.remove('on');
}

/** Copies text; pages without https have no clipboard, so a selection helps out there. */
export async function copy(text, what) {
    try {
        await navigator.clipboard.writeText(text);
    } catch {
        const area = h('textarea', { class: 'away', value: text });
        document.body.append(area);
        area.select();
        const done = document.execCommand('copy');
        area.remove();
        if (!done) return toast('The browser does not allow copying.');
    }
    toast(`${what} copied`);
}

const colors = [
    '#3a7bd5',
    '#e4572e',
    '#d7365f',
    '#8a5cd6',
    '#d99a00',
    '#4c9f38',
    '#00a3b8',
    '#c2419b',
    '#2a9d8f',
    '#9c6b3f',
    '#6f7d8c',
    '#b5a300',
];

/** The color of a class. */
export const color = (id) => colors[id % colors.length];
