import { expect, it } from 'vitest';
import { slidesAmong } from '../../../domain/slides-among.ts';

it('slides are told by their endings; hidden files and the results of earlier runs are neither slides nor skipped', () => {
  const paths = ['b.SVS', 'a/x.tif', 'notes.txt', '._b.SVS', '.tmp/y.svs', 'r/report.json', 'r/mask.tif', 'r/own.tif'];
  expect(slidesAmong(paths)).toEqual({ slides: ['a/x.tif', 'b.SVS', 'r/own.tif'], skipped: ['notes.txt'] });
});

it('a mask beside its slide is passed over, one without a slide may be one', () => {
  const paths = ['a/s.svs', 'a/s-mask.tif', 's-MASK.TIFF', 'b/t.tif', 'b/t-mask.tiff', 'lone-mask.tif'];
  expect(slidesAmong(paths)).toEqual({
    slides: ['a/s.svs', 'b/t.tif', 'lone-mask.tif', 's-MASK.TIFF'],
    skipped: ['a/s-mask.tif', 'b/t-mask.tiff'],
  });
});
