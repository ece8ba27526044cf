/** In the reason of a failed cell: the bytes of a tile under it are there, and are no picture. */
export const DAMAGED_TILE = 'has a damaged tile';

interface Lost {
  readonly reasons: readonly string[];
  /** Of the slide. */
  readonly url: string;
}

/**
 * Whether only another copy of the slide can help: the file itself is damaged in all these places. A web server's line may have spoilt them,
 * and what comes over it the next time may be whole.
 */
export const isDamagedFile = ({ reasons, url }: Lost): boolean =>
  reasons.length > 0 && reasons.every((reason) => reason.includes(DAMAGED_TILE)) && !/^https?:/i.test(url);
