import { ACCENTS, GLYPHS, UNKNOWN_GLYPH } from './stroke-font.ts';

export interface TextStyle {
  /** Height of a capital in px. */
  readonly capPx: number;
  readonly colour: string;
  /** Thickness of a stroke in tenths of a capital; 1.1 unless told. */
  readonly weight?: number;
}

const CAP_UNITS = 10;
const GAP_UNITS = 2.3;
const SPACE_UNITS = 2.4;
const DEFAULT_WEIGHT = 1.15;
/** Letters that do not come apart into a plain one and a mark. */
const SPELLED: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  Æ: 'Ae',
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
  μ: 'µ',
  '—': '–',
};

interface PlacedGlyph {
  readonly x: number;
  readonly y: number;
  readonly path: string;
}

/** A line of text as SVG strokes with its baseline's left end at (x, y) px; it needs no font. What the alphabet lacks becomes a box. */
export function drawText(text: string, at: { x: number; y: number }, { capPx, colour, weight }: TextStyle): string {
  const scale = capPx / CAP_UNITS;
  const strokes = layOut(text).glyphs.map(
    ({ x, y, path }) => `<path transform="translate(${round(x)} ${y})" d="${path}"/>`,
  );
  const place = `translate(${round(at.x)} ${round(at.y - capPx)}) scale(${round(scale)})`;
  const pen = `fill="none" stroke="${colour}" stroke-width="${weight ?? DEFAULT_WEIGHT}" stroke-linecap="round" stroke-linejoin="round"`;
  return `<g transform="${place}" ${pen}>${strokes.join('')}</g>`;
}

/** Width in px. */
export const textWidth = (text: string, capPx: number): number => (layOut(text).widthUnits * capPx) / CAP_UNITS;

/** The text, or as much of its beginning and end as fits, around three dots. */
export function fitText(text: string, capPx: number, widthPx: number): string {
  const signs = Array.from(text);
  for (let kept = signs.length; kept > 2; kept--) {
    const front = Math.ceil(kept / 2);
    const fitted =
      kept === signs.length ? text : `${signs.slice(0, front).join('')}...${signs.slice(front - kept).join('')}`;
    if (textWidth(fitted, capPx) <= widthPx) return fitted;
  }
  return '...';
}

function layOut(text: string): { glyphs: PlacedGlyph[]; widthUnits: number } {
  const glyphs: PlacedGlyph[] = [];
  let pen = 0;
  let before = { centre: 0, top: 0 };
  for (const sign of plainSigns(text)) {
    const accent = ACCENTS.get(sign);
    if (accent !== undefined) {
      glyphs.push({ x: before.centre, y: before.top, path: accent });
    } else if (sign === ' ') {
      pen += SPACE_UNITS + GAP_UNITS / 2;
    } else if (!/\p{M}/u.test(sign)) {
      const { width, path } = GLYPHS.get(sign) ?? UNKNOWN_GLYPH;
      glyphs.push({ x: pen, y: 0, path });
      before = { centre: pen + width / 2, top: /[a-z]/.test(sign) ? 1 : -1.8 };
      pen += width + GAP_UNITS;
    }
  }
  return { glyphs, widthUnits: Math.max(0, pen - GAP_UNITS) };
}

/** Letters and their marks apart. */
const plainSigns = (text: string): string[] =>
  Array.from(Array.from(text, (sign) => SPELLED[sign] ?? sign.normalize('NFD')).join(''));

const round = (value: number): number => Math.round(value * 1000) / 1000;
