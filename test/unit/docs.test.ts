import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { valuesDocs } from '../../infra/build/values-docs.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

const withoutCode = (page: string): string => page.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, '');

/** Targets of a page's links and pictures that are no addresses on the web. */
const relativeLinks = (page: string): string[] =>
  [...withoutCode(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));

/** Anchors as GitHub makes them. */
const anchorsOf = (page: string): string[] =>
  [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );

/** A link's file must be there, and what follows `#` must be one of its headings. */
function isBroken(page: string, link: string): boolean {
  const [file = '', anchor] = link.split('#');
  const path = file === '' ? page : join(dirname(page), decodeURIComponent(file));
  if (!existsSync(join(root, path))) return true;
  return anchor !== undefined && !anchorsOf(read(path)).includes(anchor);
}

describe('README.md', () => {
  const readme = read('README.md');

  it('begins with commands that a clone has', () => {
    const lines = /```sh\n([^`]*)```/.exec(readme)?.[1]?.split('\n') ?? [];
    const [first, second] = lines.map((line) => line.replace(/\s*#.*/, ''));
    expect([first, second]).toEqual(['./h2g demo', 'npm cit']);
    expect(existsSync(join(root, 'h2g'))).toBe(true);
    expect(JSON.parse(read('package.json'))).toHaveProperty('scripts.test');
  });

  it('lists exactly the variables that platform/config-variables.ts reads', () => {
    const variables =
      /const Variables = z\.object\(\{\n(.*?)^\}\);/ms.exec(read('platform/config-variables.ts'))?.[1] ?? '';
    const names = [...variables.matchAll(/^ {2}([A-Z0-9_]+):/gm)].map(([, name]) => name);
    const settings = /^### Settings$(.*?)^#/ms.exec(readme)?.[1] ?? '';
    const listed = [...settings.matchAll(/^\| `([A-Z0-9_]+)`/gm)].map(([, name]) => name);
    expect(names).toContain('H2G_NATS_URL');
    expect(listed).toHaveLength(names.length);
    expect(new Set(listed)).toEqual(new Set(names));
  });

  it('calls the folders of results by names that git ignores', () => {
    expect(read('.gitignore').split('\n')).toEqual(expect.arrayContaining(['h2g-demo/', 'h2g-results/']));
  });
});

describe('links', () => {
  it.each(pages)('of %s lead somewhere', (page) => {
    expect(relativeLinks(read(page)).filter((link) => isBroken(page, link))).toEqual([]);
  });

  it('every page of docs/ is reached from README.md', () => {
    const reached = relativeLinks(read('README.md')).map((link) => link.split('#')[0]);
    expect(pages.filter((page) => page.startsWith('docs/') && !reached.includes(page))).toEqual([]);
  });

  it('a file or heading that is not there is noticed', () => {
    expect(isBroken('README.md', 'docs/nowhere.md')).toBe(true);
    expect(isBroken('README.md', 'docs/architecture.md#nowhere')).toBe(true);
    expect(isBroken('docs/architecture.md', '../README.md#words')).toBe(false);
  });
});

it('docs/values.md is what values.yaml and its schema say (npm run docs:values)', () => {
  const chart = 'infra/helm/h2g-flow';
  const made = valuesDocs(read(`${chart}/values.yaml`), JSON.parse(read(`${chart}/values.schema.json`)));
  const withoutPadding = (page: string): string => page.replace(/ +/g, ' ').replace(/-+/g, '-');
  expect(withoutPadding(read('docs/values.md'))).toBe(withoutPadding(made));
});
