import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_OPTIONS, type RunSpec } from '../../../domain/run-spec.ts';
import { runIdOf, sha256, sha256OfFile } from '../../../platform/digest.ts';

// FIPS 180-4's example.
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

const SPEC: RunSpec = {
  slide: { url: 's3://h2g/slides/a.svs', name: 'a.svs', sizeBytes: 10, version: 'etag' },
  bundle: { id: 'b', version: '1', digest: 'd', url: 's3://h2g/bundles/b/' },
  options: DEFAULT_OPTIONS,
};

describe('digests', () => {
  it('are SHA-256, of text and of a file alike', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'h2g-digest-'));
    const path = join(folder, 'a ü');
    await writeFile(path, 'abc');
    expect(sha256('abc')).toBe(ABC);
    expect(await sha256OfFile(path)).toBe(ABC);
    await expect(sha256OfFile(path, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
    await rm(folder, { recursive: true });
  });

  it('make one run of one question, whatever the slide is called or the bundle lies', () => {
    const id = runIdOf(SPEC);
    expect(id).toMatch(/^[0-9a-f]{20}$/);
    expect(
      runIdOf({ ...SPEC, slide: { ...SPEC.slide, name: 'other.svs' }, bundle: { ...SPEC.bundle, url: 'file:///b/' } }),
    ).toBe(id);
    const others: RunSpec[] = [
      { ...SPEC, slide: { ...SPEC.slide, version: 'etag2' } },
      { ...SPEC, bundle: { ...SPEC.bundle, digest: 'd2' } },
      { ...SPEC, options: { ...DEFAULT_OPTIONS, mpp: 0.5 } },
      { ...SPEC, options: { ...DEFAULT_OPTIONS, smoothOutlines: true } },
      { ...SPEC, options: { ...DEFAULT_OPTIONS, minCoverage: 0.9 } },
    ];
    expect(new Set([id, ...others.map(runIdOf)]).size).toBe(6);
  });

  it('are these, for ever: results of old runs are found by them', () => {
    // printf '%s' '["h2g-run/1",["s3://h2g/slides/a.svs",10,"etag"],["b","1","d"],[null,"distance","exact",false,0.99]]' | sha256sum
    expect(runIdOf(SPEC)).toBe('fe6c754f38dff9a7c265');
  });
});
