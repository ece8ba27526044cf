import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { paintSyntheticSlide } from '../../slides/synthetic/paint-synthetic-slide.ts';

/** x20 as Aperio writes it, with no level near the detection scale: every cell is 512 px of tiles that do not fit its grid. */
const SLIDE = {
  widthPx: 20_000,
  heightPx: 16_000,
  mpp: 0.5,
  seed: 3,
  layout: { tilePx: 240, levels: 1, description: 'aperio' },
} as const;

/** Painting takes half a minute of both cores, so the slide is kept; the same facts always paint the same pixels. */
export async function benchSlide(cacheDir: string, note: (line: string) => void): Promise<string> {
  const { widthPx, heightPx, seed } = SLIDE;
  const path = join(cacheDir, 'bench', `x20-${widthPx}x${heightPx}-${seed}.tif`);
  if (await isThere(path)) return path;
  note(`painting the slide, ${widthPx} x ${heightPx} px; it is kept as ${path}`);
  await mkdir(join(cacheDir, 'bench'), { recursive: true });
  await paintSyntheticSlide({ ...SLIDE, path });
  return path;
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
