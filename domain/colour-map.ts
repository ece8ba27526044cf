/** Red, green and blue, each 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** Viridis (van der Walt and Smith, CC0) at nine even stops: lightness grows evenly, and it reads the same to colour-blind eyes. */
const STOPS: readonly Rgb[] = [
  [68, 1, 84],
  [71, 44, 122],
  [59, 81, 139],
  [44, 113, 142],
  [33, 144, 141],
  [39, 173, 129],
  [92, 200, 99],
  [170, 220, 50],
  [253, 231, 37],
];

const STEPS = 256;
const TABLE: readonly Rgb[] = Array.from({ length: STEPS }, (_, step) => colourBetweenStops(step / (STEPS - 1)));

function colourBetweenStops(value: number): Rgb {
  const place = value * (STOPS.length - 1);
  const low = STOPS[Math.floor(place)] ?? [0, 0, 0];
  const high = STOPS[Math.ceil(place)] ?? low;
  const share = place - Math.floor(place);
  const mix = (channel: 0 | 1 | 2): number => Math.round(low[channel] + (high[channel] - low[channel]) * share);
  return [mix(0), mix(1), mix(2)];
}

/** The colour of a probability; outside 0 to 1 the nearest end. */
export function scoreColour(score: number): Rgb {
  const step = Math.round(Math.min(1, Math.max(0, score)) * (STEPS - 1));
  return TABLE[step] ?? [0, 0, 0];
}

/** A failed cell must not be taken for any score. */
export const FAILED_COLOUR: Rgb = [230, 0, 160];
/** Glass and whatever else was not analysed. */
export const GLASS_COLOUR: Rgb = [236, 236, 236];
