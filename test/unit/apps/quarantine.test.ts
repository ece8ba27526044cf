import { describe, expect, it } from 'vitest';
import { findQuarantines, requireQuarantine } from '../../../apps/cli/quarantine/find-quarantine.ts';
import { replayText } from '../../../apps/cli/quarantine/replay-run.ts';
import { quarantineLines } from '../../../apps/cli/quarantine/show-quarantine.ts';
import { quarantineIndexKey, quarantineKey } from '../../../domain/keys.ts';
import type { Quarantine } from '../../../domain/quarantine.ts';
import { DEFAULT_OPTIONS } from '../../../domain/run-spec.ts';
import { memoryStore } from './memory-store.ts';

const RUNS = ['0123456789abcdef0123', '0123aaaaaaaaaaaaaaaa', 'ffffffffffffffffffff'] as const;

const quarantineOf = (runId: string, hour = 10): Quarantine => ({
  schema: 'h2g-quarantine/1',
  runId,
  spec: {
    slide: { url: 'file:///slide.svs', name: 'slide.svs', sizeBytes: 1, version: 'v1' },
    bundle: { id: 'b', version: '1', digest: 'd', url: 'file:///b/' },
    options: DEFAULT_OPTIONS,
  },
  writtenAt: `2026-03-01T${hour}:00:00.000Z`,
  cells: [
    {
      cell: [3, 2],
      batch: 7,
      reason: 'torn tile',
      attempts: 4,
      worker: 'w',
      level: 1,
      rectangle: { x: 768, y: 512, widthPx: 256, heightPx: 256 },
      tiles: [
        { index: 1, offset: 10, length: 1500 },
        { index: 2, offset: 1510, length: 20, unread: 'the disk says no' },
      ],
      file: '3-2.tiles',
    },
    {
      cell: [4, 2],
      batch: 7,
      reason: 'torn tile',
      attempts: 4,
      worker: 'w',
      level: 1,
      rectangle: { x: 1024, y: 512, widthPx: 100, heightPx: 256 },
      tiles: [],
      file: null,
      note: 'the slide is gone',
    },
  ],
});

/** The index still names the last run, whose objects were deleted. */
const store = memoryStore({
  ...Object.fromEntries(RUNS.map((runId) => [quarantineIndexKey(runId), '{}'])),
  ...Object.fromEntries(
    RUNS.slice(0, 2).map((runId, i) => [quarantineKey(runId), JSON.stringify(quarantineOf(runId, 10 + i))]),
  ),
});

describe('runs with failed cells', () => {
  it('are found newest first, without those that were forgotten', async () => {
    expect((await findQuarantines(store)).map(({ runId }) => runId)).toEqual([RUNS[1], RUNS[0]]);
  });

  it('are named by the first characters of their ids', async () => {
    expect((await requireQuarantine(store, '0123A')).runId).toBe(RUNS[1]);
    await expect(requireQuarantine(store, '0123')).rejects.toMatchObject({ code: 'usage' });
    for (const text of ['9', '', 'ffff'])
      await expect(requireQuarantine(store, text), text).rejects.toMatchObject({ code: 'run-missing' });
  });

  it('are shown cell by cell, with how much is kept or why nothing is', () => {
    const text = quarantineLines(quarantineOf(RUNS[0]), 'h2g').join('\n');
    expect(text).toMatch(/slide\.svs: 2 failed cells/);
    expect(text).toMatch(/3,2 +7 +4 +768,512 256x256 +1\.5 KB +torn tile/);
    expect(text).toMatch(/4,2 .* none: the slide is gone +torn tile/);
    expect(text).toContain(`s3://h2g/runs/${RUNS[0]}/quarantine/`);
    expect(text).toContain(`h2g quarantine replay ${RUNS[0]}`);
  });

  it('are not to be replayed where the file itself is damaged', () => {
    const { cells, ...rest } = quarantineOf(RUNS[0]);
    const damaged = cells.map((cell) => ({ ...cell, reason: 'slide.svs has a damaged tile: tile 7.' }));
    const text = quarantineLines({ ...rest, cells: damaged }, 'h2g').join('\n');
    expect(text).toMatch(/copy the slide again .* run it anew/);
    expect(text).not.toContain('replay');
  });
});

it.each([
  [{ replayed: 4, analysed: 3, left: 1 }, 'Of 4 failed cells 3 are analysed now; 1 stays in quarantine.'],
  [{ replayed: 1, analysed: 1, left: 0 }, 'Of 1 failed cell 1 is analysed now; none stays in quarantine.'],
  [{ replayed: 2, analysed: 0, left: 2 }, 'Of 2 failed cells none is analysed now; 2 stay in quarantine.'],
])('a replay of %j is told in a sentence', (counts, sentence) => {
  expect(replayText(counts)).toBe(sentence);
});
