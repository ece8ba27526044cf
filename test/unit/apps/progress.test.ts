import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeProgress, shareDone } from '../../../apps/cli/progress/describe-progress.ts';
import { boardLines, ProgressBoard, progressBar } from '../../../apps/cli/progress/progress-board.ts';
import type { SlideProgress } from '../../../apps/cli/progress/slide-progress.ts';
import type { RunProgress, RunState } from '../../../platform/run-client.ts';
import { fakeOutput } from './fake-output.ts';

const RUNNING: RunState = { kind: 'running', stage: 'detecting', paused: false };
const run = (more: Partial<RunProgress> = {}): RunProgress => ({
  runId: 'r',
  slideName: 's.svs',
  lane: 'routine',
  state: RUNNING,
  cells: { done: 120, total: 225, failed: 0 },
  startedAt: new Date(0),
  closedAt: undefined,
  ...more,
});
const following = (more: Partial<RunProgress> = {}): SlideProgress => ({ kind: 'following', run: run(more) });

describe('describeProgress', () => {
  it.each<[SlideProgress, string]>([
    [
      following({ cellsPerSecond: 52.5, etaSeconds: 2 }),
      'detecting, 120 of 225 cells (53.3 %), 53 cells/s, about 2.0 s left',
    ],
    [
      following({ cells: { done: 0, total: 225, failed: 0 }, batchesAhead: 1200, etaSeconds: 210 }),
      'detecting, 0 of 225 cells (0.0 %), after 1,200 batches of others, about 3 min 30 s left',
    ],
    [following({ batchesAhead: 1 }), 'detecting, 120 of 225 cells (53.3 %), after 1 batch of others'],
    [following({ cells: { done: 3, total: 9, failed: 1 } }), 'detecting, 3 of 9 cells (33.3 %), 1 failed'],
    [
      following({ state: { ...RUNNING, paused: true }, etaSeconds: 5 }),
      'paused while detecting, 120 of 225 cells (53.3 %)',
    ],
    [following({ state: { ...RUNNING, stage: 'waiting' }, cells: undefined }), 'waiting for a worker'],
    [
      following({
        state: { ...RUNNING, stage: 'waiting' },
        cells: undefined,
        etaSeconds: 4000,
      }),
      'waiting for a worker, about 1 h 6 min left',
    ],
    [{ kind: 'uploading', sentBytes: 1_500_000, sizeBytes: 3_000_000_000 }, 'uploading, 1.5 MB of 3.0 GB'],
    [{ kind: 'preparing', doing: 'building', detail: '35 s' }, 'building: 35 s'],
  ])('%j is %j', (progress, text) => {
    expect(describeProgress(progress)).toBe(text);
  });

  it('knows no share where the cells are not known, or there are none', () => {
    expect(shareDone(following({ cells: undefined }))).toBeUndefined();
    expect(shareDone(following({ cells: { done: 0, total: 0, failed: 0 } }))).toBeUndefined();
    expect(shareDone(following())).toBeCloseTo(120 / 225);
    expect(shareDone({ kind: 'uploading', sentBytes: 0, sizeBytes: 0 })).toBe(1);
  });
});

describe('the board', () => {
  it('a bar always has its width', () => {
    fc.assert(
      fc.property(fc.double({ min: -1, max: 2, noNaN: true }), (share) => progressBar(share, 10).length === 10),
    );
    expect(progressBar(0.5, 8)).toBe('████░░░░');
  });

  it('never has more lines than the terminal, and counts what it hides', () => {
    const slides = Array.from({ length: 40 }, (_, i) => ({
      name: `${i}.svs`,
      progress: i < 10 ? ({ kind: 'settled' } as const) : following(),
    }));
    const lines = boardLines(slides, 8);
    expect(lines).toHaveLength(7);
    expect(lines[0]).toMatch(/^10\.svs/);
    expect(lines[5]).toContain('25 more');
    expect(lines[6]).toContain('10 of 40 slides settled');
  });

  it('without a terminal says a line a step, then one every 5 s, and the same one only once a minute', () => {
    const output = fakeOutput();
    let nowMs = 0;
    const board = new ProgressBoard(output, () => nowMs);
    const at = (ms: number, done: number): void => {
      nowMs = ms;
      board.show('id', 's.svs', following({ cells: { done, total: 9, failed: 0 } }));
    };
    at(0, 0);
    at(300, 1);
    at(4_999, 2);
    at(5_000, 3);
    at(60_000, 3);
    at(65_000, 3);
    board.show('id', 's.svs', following({ state: { ...RUNNING, stage: 'refining' }, cells: undefined }));
    board.show('id', 's.svs', { kind: 'settled' });
    expect(output.noted).toEqual([
      's.svs: detecting, 0 of 9 cells (0.0 %)',
      's.svs: detecting, 3 of 9 cells (33.3 %)',
      's.svs: detecting, 3 of 9 cells (33.3 %)',
      's.svs: refining the mask',
    ]);
    expect(output.drawn.flat()).toEqual([]);
  });

  it('on a terminal draws in place and says nothing else', () => {
    const output = fakeOutput({ isTerminal: true });
    new ProgressBoard(output).show('id', 's.svs', following());
    expect(output.noted).toEqual([]);
    expect(output.drawn.at(-1)?.[0]).toMatch(/^s\.svs {2}█+░+ {2}detecting/);
  });
});
