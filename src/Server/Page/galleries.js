// The galleries of the server.
import { call } from './api.js';

/** What is known about each: name, items, threshold. */
export const galleries = [];

/** Counts writes, so that answers from before one are not shown again. */
export let version = 0;

export async function load() {
    const { data } = await call('v1/gallery');
    galleries.splice(
        0,
        galleries.length,
        ...data.galleries.map(({ name }) => galleries.find((g) => g.name === name) ?? { name }),
    );
}

/** Asks for the number of items and the threshold; fewer than two labels have none. */
export async function refresh(name) {
    const gallery = galleries.find((g) => g.name === name);
    if (!gallery || gallery.seen === version) return;
    const path = `v1/gallery/${encodeURIComponent(name)}`;
    gallery.items = (await call(path)).data.items;
    try {
        gallery.threshold = (await call(`${path}/threshold`)).data.threshold;
    } catch (error) {
        if (error.status !== 409) throw error;
        gallery.threshold = undefined;
    }
    gallery.seen = version;
}

export async function make(name) {
    await call(`v1/gallery/${encodeURIComponent(name)}`, { method: 'PUT' });
    version++;
    await load();
}

export async function add(name, file, label) {
    await call(`v1/gallery/${encodeURIComponent(name)}/items`, {
        method: 'POST',
        query: { label },
        body: file,
        type: 'application/octet-stream',
    });
    version++;
}

/** Removes an item; the result puts it back. */
export async function remove(name, id) {
    const items = `v1/gallery/${encodeURIComponent(name)}/items`;
    const { data } = await call(`${items}/${id}`);
    await call(`${items}/${id}`, { method: 'DELETE' });
    version++;
    return async () => {
        await call(items, { method: 'POST', body: `${JSON.stringify(data)}\n`, type: 'application/x-ndjson' });
        version++;
    };
}
