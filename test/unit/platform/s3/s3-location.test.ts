import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { s3Location, s3Url } from '../../../../platform/s3/s3-location.ts';

describe('s3 URLs', () => {
  it('bring every key back as it was', () => {
    const segment = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => !/^\.{1,2}$/.test(text) && !text.includes('/'));
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), (segments) => {
        const key = segments.join('/');
        expect(s3Location(new URL(s3Url({ bucket: 'h2g', key }).href))).toEqual({ bucket: 'h2g', key });
      }),
    );
  });

  it.each([
    ['s3://b/slides/a b.svs', 'slides/a b.svs'],
    ['s3://b/Pr%C3%A4parat%201%232.svs', 'Präparat 1#2.svs'],
    ['s3://b/Präparat 🔬.svs', 'Präparat 🔬.svs'],
    ['s3://b/a//b', 'a//b'],
  ])('read %s', (href, key) => {
    expect(s3Location(new URL(href))).toEqual({ bucket: 'b', key });
  });

  it.each(['s3://b', 's3://b/', 's3:///key', 'http://b/key', 's3://b/k?x=1', 's3://b/k#x', 's3://b/100%'])(
    'refuse %s',
    (href) => {
      expect(() => s3Location(new URL(href))).toThrow(expect.objectContaining({ code: 'usage' }));
    },
  );

  it('refuse a key that would become another object', () => {
    for (const key of ['a/../b', '../x', './x', 'a/.'])
      expect(() => s3Url({ bucket: 'b', key })).toThrow(
        expect.objectContaining({ code: 'usage', message: expect.stringContaining(key) }),
      );
  });
});
