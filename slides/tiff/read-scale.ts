import type { StatedScale } from '../../domain/slide-info.ts';

/** All that a TIFF may say of its scale. */
export interface ScaleFacts {
  readonly description: string;
  /** Pixels per `resolutionUnit`. */
  readonly xResolution: number | undefined;
  readonly yResolution: number | undefined;
  /** TIFF's number: 1 none, 2 inch (also where it is not given), 3 centimetre. */
  readonly resolutionUnit: number | undefined;
}

const UM_PER_UNIT: Readonly<Record<number, number>> = { 2: 25_400, 3: 10_000 };

/** OME's units of length, in microns. */
const UM_PER_OME_UNIT: Readonly<Record<string, number>> = {
  nm: 0.001,
  µm: 1,
  μm: 1,
  um: 1,
  mm: 1000,
  cm: 10_000,
  m: 1e6,
};

/**
 * Coarser than 20 um/px (1270 dots per inch) is how large to print a picture, never what a microscope saw: 72, 96, 300 and 600 dpi
 * are what programs write that know nothing of it.
 */
const PRINT_MPP = 20;

/** The scale that the slide states, in order of trust: Aperio's MPP, OME-XML, resolution tags, Aperio's magnification. */
export function readScale(facts: ScaleFacts): StatedScale {
  return (
    aperioMpp(facts.description) ??
    omeMpp(facts.description) ??
    resolutionMpp(facts) ??
    aperioMagnification(facts.description) ?? { kind: 'none' }
  );
}

/** Scanners write some hundred. */
const APERIO_CHARACTERS = 65_536;

/** @example aperioNumber('…|AppMag = 20|MPP = 0.4990', 'MPP') // 0.499 */
function aperioNumber(description: string, name: string): number | undefined {
  if (!description.startsWith('Aperio')) return undefined;
  const field = description
    .slice(0, APERIO_CHARACTERS)
    .split('|')
    .find((part) => part.split('=')[0]?.trim() === name);
  // Some writers follow the decimal comma of their country.
  const text = field?.split('=')[1]?.trim().replace(',', '.');
  // An empty text is no number, though Number() makes it 0.
  const value = text ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** An MPP of 0 or less is handed on: a broken scale is to be refused, not to be replaced in silence by a weaker one. */
function aperioMpp(description: string): StatedScale | undefined {
  const mpp = aperioNumber(description, 'MPP');
  return mpp === undefined ? undefined : { kind: 'mpp', x: mpp, y: mpp };
}

function aperioMagnification(description: string): StatedScale | undefined {
  const magnification = aperioNumber(description, 'AppMag');
  return magnification === undefined || magnification <= 0 ? undefined : { kind: 'magnification', magnification };
}

function omeMpp(description: string): StatedScale | undefined {
  // An attribute cannot hold a `<`; without that, a text of many open tags would be searched to its end from each.
  const pixels = /<(?:\w+:)?Pixels\b[^<>]*>/.exec(description)?.[0];
  if (pixels === undefined) return undefined;
  const side = (axis: 'X' | 'Y'): number => {
    const size = Number(new RegExp(`\\bPhysicalSize${axis}="([^"]+)"`).exec(pixels)?.[1]);
    const unit = new RegExp(`\\bPhysicalSize${axis}Unit="([^"]+)"`).exec(pixels)?.[1] ?? 'µm';
    return size * (UM_PER_OME_UNIT[unit.replace('&#181;', 'µ')] ?? Number.NaN);
  };
  return plausible(side('X'), side('Y'));
}

function resolutionMpp({ xResolution, yResolution, resolutionUnit = 2 }: ScaleFacts): StatedScale | undefined {
  const um = UM_PER_UNIT[resolutionUnit];
  if (um === undefined || xResolution === undefined || yResolution === undefined) return undefined;
  const scale = plausible(um / xResolution, um / yResolution);
  return scale && Math.max(scale.x, scale.y) < PRINT_MPP ? scale : undefined;
}

function plausible(x: number, y: number): { kind: 'mpp'; x: number; y: number } | undefined {
  return Number.isFinite(x) && Number.isFinite(y) && x > 0 && y > 0 ? { kind: 'mpp', x, y } : undefined;
}
