import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Who may import whom: folders of this project, `node:`, and packages. Type-only imports may also come from `types`. */
interface Rule {
  readonly values: readonly string[] | 'anything';
  readonly types?: readonly string[];
  /** May never be imported, whatever `values` says. */
  readonly never?: readonly string[];
}

const RULES: Readonly<Record<string, Rule>> = {
  domain: { values: ['zod'] },
  slides: { values: ['domain', 'node:', 'sharp', 'koffi'] },
  models: { values: ['domain', 'node:', 'onnxruntime-node', 'protobufjs', 'zod'] },
  results: { values: ['domain', 'node:', 'sharp'] },
  platform: {
    values: [
      'domain',
      'node:',
      'zod',
      'pino',
      'nats',
      'prom-client',
      '@aws-sdk',
      '@opentelemetry',
      '@temporalio/client',
      '@temporalio/common',
    ],
  },
  workflows: { values: ['domain', '@temporalio/workflow'], types: ['activities'] },
  activities: {
    values: ['domain', 'node:', '@temporalio/activity', '@temporalio/common'],
    types: ['slides', 'models', 'platform'],
  },
  workers: { values: 'anything', never: ['apps', 'test'] },
  // The top of the tower: the command line also starts servers, checks bundles and is the workers' program.
  apps: { values: 'anything', never: ['test'] },
  'infra/local': {
    values: ['domain', 'node:', 'zod', 'pino', 'proper-lockfile', 'nats', '@aws-sdk/client-s3'],
    types: ['platform'],
  },
  'infra/build': { values: ['node:', '@temporalio/worker', 'yaml'] },
};

const FORBIDDEN_FOLDERS = ['utils', 'util', 'common', 'helpers', 'shared', 'lib', 'misc'];
/** The only folders that may look at the process's environment. */
const MAY_READ_ENVIRONMENT = ['workers', 'apps', 'infra'];
/** Static imports and exports, and imports on demand of a literal. */
const STATIC_IMPORT = /^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm;
const DYNAMIC_IMPORT = /\bimport\(\s*'([^']+)'/g;

const sourcesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const target = (specifier: string): string =>
    specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : specifier;
  return [
    ...Array.from(text.matchAll(STATIC_IMPORT), ([, type, specifier = '']) => ({
      file,
      target: target(specifier),
      typeOnly: type !== undefined,
    })),
    ...Array.from(text.matchAll(DYNAMIC_IMPORT), ([, specifier = '']) => ({
      file,
      target: target(specifier),
      typeOnly: false,
    })),
  ];
}

const isUnder = (target: string, places: readonly string[]): boolean =>
  places.some((place) => target === place || target.startsWith(place.endsWith(':') ? place : `${place}/`));

function isAllowed(folder: string, { target, typeOnly }: Import): boolean {
  const { values, types = [], never = [] } = RULES[folder] ?? { values: [] };
  if (isUnder(target, never)) return false;
  if (values === 'anything') return true;
  return isUnder(target, [folder, ...values, ...(typeOnly ? types : [])]);
}

const allSources = Object.keys(RULES).flatMap(sourcesOf);

describe('architecture', () => {
  it.each(Object.keys(RULES))('%s/ imports only what it may', (folder) => {
    const forbidden = sourcesOf(folder)
      .flatMap(importsOf)
      .filter((found) => !isAllowed(folder, found))
      .map(({ file, target }) => `${file} -> ${target}`);
    expect(forbidden).toEqual([]);
  });

  it('every folder with sources has its rule', () => {
    const folders = readdirSync('.', { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !/^(\.|node_modules$|dist$|test$|docs$)/.test(entry.name))
      .flatMap(({ name }) => sourcesOf(name));
    expect(folders.filter((file) => !isUnder(file, Object.keys(RULES)))).toEqual([]);
  });

  it('no folder is a drawer for everything', () => {
    const folders = allSources.flatMap((file) => dirname(file).split('/'));
    expect(FORBIDDEN_FOLDERS.filter((name) => folders.includes(name))).toEqual([]);
  });

  it('only workers/, apps/ and infra/ read the environment', () => {
    const readers = allSources.filter((file) => /\bprocess\.env\b/.test(readFileSync(file, 'utf8')));
    expect(readers.filter((file) => !isUnder(file, MAY_READ_ENVIRONMENT))).toEqual([]);
  });

  it('process.exit is called by programs only', () => {
    const enders = allSources.filter((file) => /\bprocess\.exit\(/.test(readFileSync(file, 'utf8')));
    expect(enders.filter((file) => !isUnder(file, ['apps', 'infra/local/supervisor', 'workers/threads']))).toEqual([]);
  });
});

describe('the reading of imports', () => {
  it('finds every form of them', () => {
    const found = importsOf('apps/cli/commands/run-command.ts').map(({ target }) => target);
    expect(found).toEqual(expect.arrayContaining(['commander', 'domain/run-spec.ts', 'apps/cli/run/run-slides.ts']));
  });

  it('refuses what the table forbids', () => {
    const found = (target: string, typeOnly = false): Import => ({ file: '', target, typeOnly });
    expect(isAllowed('domain', found('node:fs'))).toBe(false);
    expect(isAllowed('slides', found('models/load-bundle.ts'))).toBe(false);
    expect(isAllowed('workflows', found('activities/contract.ts'))).toBe(false);
    expect(isAllowed('workflows', found('activities/contract.ts', true))).toBe(true);
    expect(isAllowed('workers', found('apps/cli/main.ts'))).toBe(false);
    expect(isAllowed('infra/local', found('platform/config.ts'))).toBe(false);
  });
});
