import type { DyeCanvas } from './dye-canvas.ts';
import type { HistologySpecimen } from './plan-histology.ts';
import { FAT_PX_UM, FIBRE_PX_UM, TEXTURE_PX, type Textures } from './textures.ts';
import { FIELD_STEP_UM, type FieldName, type TissueFields } from './tissue-fields.ts';

const PAINTED = ['solid', 'eosin', 'haem', 'fibre', 'fat', 'bendX', 'bendY'] as const satisfies readonly FieldName[];
const FIELDS = PAINTED.length;
/** An edge is this soft, in um. */
const EDGE_UM = 3;
const WRAP = TEXTURE_PX - 1;
/** Keeps places in a texture above zero, where cutting off is rounding down. */
const POSITIVE = 2 ** 20;
const FAT_EOSIN = 0.24;

/** Paints everything but nuclei: glass, stroma, fat, the bodies of tumour cells. */
export function paintTissue(
  canvas: DyeCanvas,
  fields: TissueFields,
  options: { textures: Textures; specimen: HistologySpecimen },
): void {
  const line = new Float32Array(fields.columns * FIELDS);
  for (let row = 0; row < canvas.rows; row++) {
    const down = ((canvas.top + row + 0.5) * canvas.mpp) / FIELD_STEP_UM;
    const above = Math.floor(down);
    interpolateRow(line, fields, { above: above - fields.firstRow, share: down - above });
    paintRow(canvas, line, { ...options, row, firstColumn: fields.firstColumn, columns: fields.columns });
  }
}

function interpolateRow(
  line: Float32Array,
  fields: TissueFields,
  { above, share }: { above: number; share: number },
): void {
  const from = above * fields.columns;
  PAINTED.forEach((name, offset) => {
    const field = fields[name];
    for (let column = 0; column < fields.columns; column++) {
      const high = field[from + column]!;
      line[column * FIELDS + offset] = high + (field[from + fields.columns + column]! - high) * share;
    }
  });
}

/** The inner loop: a few nanoseconds a pixel decide how long painting takes, so it asks nothing and calls nothing. */
function paintRow(
  canvas: DyeCanvas,
  line: Float32Array,
  {
    row,
    firstColumn,
    columns,
    textures,
    specimen: { seed, fibreTurn },
  }: { row: number; firstColumn: number; columns: number; textures: Textures; specimen: HistologySpecimen },
): void {
  const { widthPx, mpp, haem, eosin } = canvas;
  const stepPx = FIELD_STEP_UM / mpp;
  const y = (canvas.top + row + 0.5) * mpp;
  const cos = Math.cos(fibreTurn) / FIBRE_PX_UM;
  const sin = Math.sin(fibreTurn) / FIBRE_PX_UM;
  const fatRow = (Math.floor(y / FAT_PX_UM + POSITIVE + (seed & 1023)) & WRAP) * TEXTURE_PX;
  for (let column = 0; column + 1 < columns; column++) {
    const at = column * FIELDS;
    const next = at + FIELDS;
    const steps = column + firstColumn;
    const firstX = Math.max(0, Math.ceil(steps * stepPx - 0.5));
    const lastX = Math.min(widthPx, Math.ceil((steps + 1) * stepPx - 0.5));
    if (firstX >= lastX) continue;
    if (line[at]! < -EDGE_UM && line[next]! < -EDGE_UM) continue;
    const share = (firstX + 0.5) / stepPx - steps;
    let solid = line[at]!;
    let ground = line[at + 1]!;
    let blue = line[at + 2]!;
    let fibre = line[at + 3]!;
    let fat = line[at + 4]!;
    let bendX = line[at + 5]!;
    let bendY = line[at + 6]!;
    const solidStep = (line[next]! - solid) / stepPx;
    const groundStep = (line[next + 1]! - ground) / stepPx;
    const blueStep = (line[next + 2]! - blue) / stepPx;
    const fibreStep = (line[next + 3]! - fibre) / stepPx;
    const fatStep = (line[next + 4]! - fat) / stepPx;
    const bendXStep = (line[next + 5]! - bendX) / stepPx;
    const bendYStep = (line[next + 6]! - bendY) / stepPx;
    const skipped = share * stepPx;
    solid += solidStep * skipped;
    ground += groundStep * skipped;
    blue += blueStep * skipped;
    fibre += fibreStep * skipped;
    fat += fatStep * skipped;
    bendX += bendXStep * skipped;
    bendY += bendYStep * skipped;
    const hasFat = line[at + 4]! > -2 || line[next + 4]! > -2;
    const startX = (firstX + 0.5) * mpp;
    let u = startX * cos + y * sin + bendX / FIBRE_PX_UM + POSITIVE;
    let v = y * cos - startX * sin + bendY / FIBRE_PX_UM + POSITIVE;
    const uStep = mpp * cos + bendXStep / FIBRE_PX_UM;
    const vStep = bendYStep / FIBRE_PX_UM - mpp * sin;
    let out = row * widthPx + firstX;
    for (let x = firstX; x < lastX; x++, out++) {
      if (solid > -EDGE_UM) {
        const texture = textures.fibre[((v & WRAP) << 10) | (u & WRAP)]!;
        let pink = ground + (texture * fibre) / 127;
        let violet = blue;
        if (hasFat && fat > -1) {
          const inFat = fat < 1 ? (fat + 1) / 2 : 1;
          const wall = textures.fat[fatRow + (((x * mpp) / FAT_PX_UM + bendX * 0.14 + POSITIVE) & WRAP)]! * FAT_EOSIN;
          pink += (wall - pink) * inFat;
          violet -= violet * inFat;
        }
        const cover = solid < EDGE_UM ? (solid + EDGE_UM) / (2 * EDGE_UM) : 1;
        eosin[out] = pink < 4 ? 4 * cover : pink * cover;
        haem[out] = violet * cover;
      }
      solid += solidStep;
      ground += groundStep;
      blue += blueStep;
      fibre += fibreStep;
      fat += fatStep;
      bendX += bendXStep;
      u += uStep;
      v += vStep;
    }
  }
}
