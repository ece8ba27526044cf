import { describe, expect, it } from 'vitest';
import { drawText, fitText, textWidth } from '../../../results/draw-text.ts';
import { GLYPHS, UNKNOWN_GLYPH } from '../../../results/stroke-font.ts';

const draw = (text: string): string => drawText(text, { x: 0, y: 10 }, { capPx: 10, colour: '#000' });
const strokesOf = (text: string): number => draw(text).split('<path').length - 1;

describe('the alphabet', () => {
  it('has every letter, digit and the signs that legends and file names use', () => {
    const signs = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:;!?-–_+=<>()[]/\\|%&#\'"*~·×µ²';
    for (const sign of signs) expect(GLYPHS.get(sign), sign).toMatchObject({ path: expect.stringMatching(/^M/) });
    expect(GLYPHS.size).toBe(signs.length);
  });

  it('has no two signs that look the same, but for l and I', () => {
    const paths = [...GLYPHS].filter(([sign]) => sign !== 'l').map(([, { path }]) => path);
    expect(new Set(paths).size).toBe(paths.length);
  });
});

describe('drawText', () => {
  it('draws strokes, never text: no font is needed', () => {
    expect(draw('0.5 mm')).not.toContain('<text');
    expect(strokesOf('0.5 mm')).toBe(5);
  });

  it('puts marks over their letters and boxes for what the alphabet lacks', () => {
    expect(strokesOf('Präparat')).toBe(9);
    expect(strokesOf('Pra\u0308parat')).toBe(9);
    expect(draw('腫')).toContain(UNKNOWN_GLYPH.path);
    expect(textWidth('ß', 10)).toBe(textWidth('ss', 10));
  });

  it('never lets a name into the markup', () => {
    expect(draw('"><script>&amp;')).not.toContain('script');
  });
});

describe('fitText', () => {
  it('keeps what fits and shortens the middle of what does not', () => {
    expect(fitText('short.svs', 10, 500)).toBe('short.svs');
    const fitted = fitText(`${'a'.repeat(200)}.svs`, 10, 200);
    expect(fitted).toMatch(/^a+\.\.\.a+\.svs$/);
    expect(textWidth(fitted, 10)).toBeLessThanOrEqual(200);
  });
});
