import { expect, it } from 'vitest';
import { slidesAmong } from '../../../domain/slides-among.ts';

it('slides are told by their endings; hidden files and the results of earlier runs are neither slides nor skipped', () => {
  const paths = ['b.SVS', 'a/x.tif', 'notes.txt', '._b.SVS', '.tmp/y.svs', 'r/report.json', 'r/mask.tif', 'r/own.tif'];
  expect(slidesAmong(paths)).toEqual({ slides: ['a/x.tif', 'b.SVS', 'r/own.tif'], skipped: ['notes.txt'] });
});
