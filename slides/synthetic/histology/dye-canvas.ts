/**
 * Some rows of the slide as amounts of dye, a byte a pixel each: 120 of haematoxylin or 270 of eosin are one unit of concentration. What is
 * painted here is stain; it becomes colour when all is painted.
 */
export interface DyeCanvas {
  readonly haem: Uint8Array;
  readonly eosin: Uint8Array;
  readonly widthPx: number;
  /** First row, counted from the slide's top. */
  readonly top: number;
  readonly rows: number;
  readonly mpp: number;
}
