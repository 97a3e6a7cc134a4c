// The keyboard.
import { $, h } from './dom.js';
import { choose, step } from './link.js';
import { zoom } from './stage.js';

const help = [
    ['1 … 6', 'task'],
    ['j  k', 'next and previous find'],
    ['c', 'copy the find, or everything'],
    ['o', 'choose an image'],
    ['Ctrl+V', 'paste an image'],
    ['x', 'hold to see the image alone'],
    ['z', 'whole image or full width'],
    ['Esc', 'choose nothing'],
    ['?', 'these keys'],
];

/** Listens; `actions` has task(number) and copy(). */
export function listenKeys(actions) {
    const keys = {
        j: () => step(1),
        k: () => step(-1),
        c: actions.copy,
        o: () => $('file').click(),
        z: zoom,
        x: () => document.body.classList.add('bare'),
        Escape: () => choose(null),
        '?': () => $('help').showModal(),
    };
    document.addEventListener('keydown', (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
        const typing = event.target.matches('input:not([type=range]):not([type=checkbox]), select, textarea');
        if (typing && event.key !== 'Escape') return;
        if (typing) event.target.blur();
        if (/^[1-6]$/.test(event.key)) actions.task(Number(event.key) - 1);
        else if (Object.hasOwn(keys, event.key)) keys[event.key]();
        else return;
        event.preventDefault();
    });
    document.addEventListener('keyup', (event) => {
        if (event.key === 'x') document.body.classList.remove('bare');
    });
    $('keys').replaceChildren(...help.map(([key, does]) => h('div', {}, h('dt', {}, h('kbd', {}, key)), h('dd', {}, does))));
    $('help-open').addEventListener('click', () => $('help').showModal());
    $('help-close').addEventListener('click', () => $('help').close());
}
