import { existsSync } from 'node:fs';
import { join } from 'node:path';

const SHARED = join(import.meta.dirname, '../../../shared');

export const CMU_1 = join(SHARED, 'slides', 'CMU-1-Small-Region.svs');
export const H2G_SYNTHETIC = join(SHARED, 'models', 'h2g-synthetic');
export const EXPECTED_CMU_1 = join(SHARED, 'models', 'expected-cmu-1.json');

/** The sample slide and models lie beside the checkout on the founders' machines; tests that need them skip elsewhere. */
export const HAS_SHARED = [CMU_1, H2G_SYNTHETIC, EXPECTED_CMU_1].every((path) => existsSync(path));
