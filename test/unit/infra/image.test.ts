import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const version = (JSON.parse(read('package.json')) as { version: string }).version;

describe('the image', () => {
  it('says the version of what is in it', () => {
    expect(/org\.opencontainers\.image\.version=(\S+)/.exec(read('infra/images/Dockerfile'))?.[1]).toBe(version);
  });

  it('gets every folder that is compiled, and no other but what it needs', () => {
    const { include } = JSON.parse(read('tsconfig.build.json')) as { include: string[] };
    const sent = [...read('.dockerignore').matchAll(/^!(\w+)$/gm)].map(([, name]) => name);
    expect(new Set(sent)).toEqual(new Set([...include, 'LICENSE']));
  });
});
