import { readFile, writeFile } from 'node:fs/promises';
import { valuesDocs } from './values-docs.ts';

const chart = new URL('../helm/h2g-flow/', import.meta.url);
const read = (name: string): Promise<string> => readFile(new URL(name, chart), 'utf8');
const docs = valuesDocs(await read('values.yaml'), JSON.parse(await read('values.schema.json')));
await writeFile(new URL('../../docs/values.md', import.meta.url), docs);
