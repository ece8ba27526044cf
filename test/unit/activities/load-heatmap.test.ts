import { describe, expect, it } from 'vitest';
import { findKept } from '../../../activities/load-heatmap.ts';
import type { Gathered } from '../../../domain/gathered.ts';
import { scoresKey } from '../../../domain/keys.ts';
import { memoryStore } from '../apps/memory-store.ts';

const storeWith = (batches: Gathered['batches']) => {
  const gathered: Gathered = {
    schema: 'h2g-scores/1',
    runId: 'r1',
    batches,
    failures: [],
    provider: 'cpu',
    workers: [],
    bytes: { needed: 0, read: 0 },
  };
  return memoryStore({ [scoresKey('r1')]: JSON.stringify(gathered) });
};

describe('scores of an earlier run', () => {
  it.each<[string, Gathered['batches']]>([
    ['one cell has a score', [[null, null], [0.5]]],
    ['the slide has no tissue', []],
  ])('are kept where %s', async (_, batches) => {
    expect(await findKept(storeWith(batches), 'r1')).toMatchObject({ batches });
  });

  it('are found anew where every cell failed, as the cause may be mended', async () => {
    expect(await findKept(storeWith([[null, null], [null]]), 'r1')).toBeUndefined();
  });

  it('are not there at first', async () => {
    expect(await findKept(memoryStore({}), 'r1')).toBeUndefined();
  });
});
