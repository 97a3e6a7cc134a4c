// The request that gives what is seen, for other programs.
import { address, hasKey } from './api.js';
import { $, copy, h } from './dom.js';

let language = 'curl';

const shell = (text) => (/^[\w@%+:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
const quoted = (text) => JSON.stringify(text);

const writers = {
    curl: (url, file) => [
        `curl --data-binary ${shell(`@${file}`)} \\`,
        `  -H 'Content-Type: application/octet-stream' \\`,
        ...(hasKey() ? ['  -H "Authorization: Bearer $PPLCNET_KEY" \\'] : []),
        `  ${shell(url)}`,
    ],
    'C#': (url, file) => [
        'using var client = new HttpClient();',
        ...(hasKey()
            ? ['client.DefaultRequestHeaders.Authorization = new("Bearer", Environment.GetEnvironmentVariable("PPLCNET_KEY"));']
            : []),
        `using var image = new ByteArrayContent(File.ReadAllBytes(${quoted(file)}));`,
        `using var response = await client.PostAsync(${quoted(url)}, image);`,
        'response.EnsureSuccessStatusCode();',
        'Console.WriteLine(await response.Content.ReadAsStringAsync());',
    ],
    Python: (url, file) => [
        hasKey() ? 'import os, requests' : 'import requests',
        '',
        `with open(${quoted(file)}, "rb") as image:`,
        `    response = requests.post(${quoted(url)}, data=image,`,
        '        headers={"Content-Type": "application/octet-stream"' +
            (hasKey() ? ', "Authorization": "Bearer " + os.environ["PPLCNET_KEY"]})' : '})'),
        'response.raise_for_status()',
        'print(response.json())',
    ],
};

/** Shows the request in the chosen language. */
export function showSnippet(route, query, file) {
    const url = address(route, query).href;
    const code = writers[language](url, file).join('\n');
    $('snippet').replaceChildren(
        h(
            'div',
            { class: 'row head' },
            h(
                'span',
                { class: 'row', role: 'group', 'aria-label': 'Language' },
                Object.keys(writers).map((name) =>
                    h(
                        'button',
                        {
                            type: 'button',
                            class: 'quiet',
                            'aria-pressed': String(name === language),
                            click: () => {
                                language = name;
                                showSnippet(route, query, file);
                            },
                        },
                        name,
                    ),
                ),
            ),
            h('button', { type: 'button', click: () => copy(code, 'Request') }, 'Copy'),
        ),
        h('pre', { tabindex: 0, class: 'wrap' }, code),
    );
}
