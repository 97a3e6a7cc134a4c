// Requests to the server of this page.
import { $ } from './dom.js';

export const base = new URL('../', import.meta.url);

const Store = 'pplcnet.key';
let key = sessionStorage.getItem(Store) ?? '';
let prompting = null;

/** An answer that is a fault, in the words of the server. */
export class Problem extends Error {
    constructor(status, problem, retryAfter) {
        super(problem.detail ?? problem.title);
        this.status = status;
        this.title = problem.title ?? 'Error';
        this.detail = problem.detail ?? '';
        this.errors = problem.errors ?? {};
        this.requestId = problem.requestId ?? '';
        this.retryAfter = retryAfter;
    }
}

/** Whether requests carry a key. */
export const hasKey = () => key !== '';

/** The address of a route with its query; undefined values are left out. */
export function address(route, query = {}) {
    const url = new URL(route, base);
    for (const [name, value] of Object.entries(query)) {
        if (value !== undefined && value !== '') url.searchParams.set(name, value);
    }
    return url;
}

/** Asks a route; the result has the data, the response and the time it took in milliseconds. */
export async function call(route, { method = 'GET', query, body, type, signal } = {}) {
    for (;;) {
        const used = key;
        const headers = { Accept: 'application/json' };
        if (type) headers['Content-Type'] = type;
        if (used) headers.Authorization = `Bearer ${used}`;
        const started = performance.now();
        let response;
        try {
            response = await fetch(address(route, query), { method, headers, body, signal });
        } catch (error) {
            if (error.name === 'AbortError') throw error;
            throw new Problem(0, { title: 'No answer', detail: 'The server does not answer. Is it still running?' });
        }
        if (response.status === 401 && (await replaceKey(used))) continue;
        if (!response.ok) throw await problem(response);
        const data = response.status === 204 ? null : await response.json();
        return { data, response, elapsed: performance.now() - started };
    }
}

async function problem(response) {
    const wait = Number(response.headers.get('Retry-After'));
    try {
        return new Problem(response.status, await response.json(), wait);
    } catch {
        return new Problem(response.status, { title: response.statusText || `Status ${response.status}` }, wait);
    }
}

/** Asks for a key once, however many requests were refused; false where the reader gives none. */
async function replaceKey(used) {
    if (key !== used) return true;
    prompting ??= prompt(used).finally(() => {
        prompting = null;
    });
    return prompting;
}

function prompt(used) {
    const dialog = $('key-dialog');
    $('key-reason').textContent = used
        ? 'The server does not know the key that was given.'
        : 'It was started with a list of keys.';
    $('key').value = '';
    dialog.showModal();
    return new Promise((resolve) => {
        $('key-form').onsubmit = (event) => {
            event.preventDefault();
            key = $('key').value.trim();
            sessionStorage.setItem(Store, key);
            dialog.onclose = null;
            dialog.close();
            resolve(true);
        };
        $('key-cancel').onclick = () => dialog.close();
        dialog.onclose = () => resolve(false);
    });
}
