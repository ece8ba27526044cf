/** Numbers as people read them; always a point and a plain unit, whatever the machine's language. */
const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** @example formatBytes(12_345_678) // "12.3 MB" */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[power] ?? 'B'}`;
}

/** @example formatDuration(83) // "1 min 23 s" */
export function formatDuration(seconds: number): string {
  if (seconds < 10) return `${Math.max(0, seconds).toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** @example formatShare(0.4567) // "45.7 %" */
export const formatShare = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** @example formatCount(1, 'slide') // "1 slide", and "2 slides" for 2 */
export const formatCount = (count: number, thing: string, things = `${thing}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? thing : things}`;

/** Slides of several lines, of which some may name one again. @example formatSlides(8, 9) // "8 slides (and 1 repeated)" */
export const formatSlides = (slides: number, lines: number): string =>
  `${formatCount(slides, 'slide')}${lines > slides ? ` (and ${lines - slides} repeated)` : ''}`;

export const formatArea = (mm2: number): string => `${mm2.toFixed(mm2 < 10 ? 2 : 1)} mm²`;
