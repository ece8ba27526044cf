import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A row of the table: what `h2g evaluate` calls it, and what the paper does. */
interface Method {
  readonly name: string;
  readonly label: string;
}

/** Methods that need no bundle of their own. */
export const BASELINES: readonly Method[] = [
  { name: 'otsu', label: 'Otsu: all tissue' },
  { name: 'heatmap', label: 'heatmap >= 0.5, closed and opened' },
];

/** The paper's order; a folder of bundles may hold others as well, or not all of them. */
const KNOWN: readonly Method[] = [
  { name: 'mobilenet-pw', label: 'MobileNet-PW' },
  { name: 'inception-pw', label: 'Inception-PW' },
  { name: 'mobilenet-km', label: 'MobileNet-KM' },
  { name: 'unet-image', label: 'MobileNet + U-Net without heatmap' },
  { name: 'unet', label: 'MobileNet + U-Net' },
  { name: 'agu-net', label: 'MobileNet + AGU-Net' },
  { name: 'dagu-net', label: 'MobileNet + DAGU-Net' },
  { name: 'double-unet', label: 'MobileNet + DoubleU-Net' },
];

export interface BundleUnderTest extends Method {
  readonly dir: string;
}

/** What `h2g evaluate` calls them: of several bundles each has a heatmap, and that of the first is shown. */
export const baselineRows = (bundles: readonly BundleUnderTest[]): Method[] =>
  BASELINES.map((method) =>
    method.name === 'heatmap' && bundles.length > 1 ? { ...method, name: `${bundles[0]?.name} heatmap` } : method,
  );

const rank = (name: string): number => KNOWN.findIndex((method) => method.name === name) >>> 0;

/** The bundles in a folder, one a subfolder, in the paper's order; others behind them. */
export async function findBundles(folder: string): Promise<BundleUnderTest[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: false });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return names
    .toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b))
    .map((name) => ({
      name,
      label: KNOWN.find((method) => method.name === name)?.label ?? name,
      dir: join(folder, name),
    }));
}
