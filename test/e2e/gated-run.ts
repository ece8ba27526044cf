import { expect } from 'vitest';
import { paintSyntheticSlide } from '../../slides/synthetic/paint-synthetic-slide.ts';
import { startGatedSlide, type GatedSlide } from '../fixtures/gated-slide.ts';
import { writeSlowBundle } from '../fixtures/slow-bundle.ts';
import { h2g, resultBytes } from './h2g.ts';
import { newHome, type Home } from './home.ts';

/** A run that can be caught in its middle, on a machine of its own. */
export interface GatedRun extends AsyncDisposable {
  readonly home: Home;
  readonly bundle: string;
  /** Where its slide lies, which is read over HTTP. */
  readonly path: string;
  readonly slide: GatedSlide;
  /** Its result files where nothing has disturbed it. */
  readonly undisturbed: Readonly<Record<string, Buffer>>;
  /** Its command, with the results in a folder of the home. */
  readonly commandTo: (out: string, ...more: string[]) => string[];
}

/** With an open gate; it has been done once. */
export async function openGatedRun({ seed }: { seed: number }): Promise<GatedRun> {
  const home = await newHome();
  const bundle = await writeSlowBundle(home.path('slow'));
  const path = home.path('slide.tif');
  await paintSyntheticSlide({ path, widthPx: 6000, heightPx: 5000, mpp: 0.5, seed });
  const slide = await startGatedSlide(path, 1);
  const commandTo: GatedRun['commandTo'] = (out, ...more) => {
    return ['run', slide.url, '--bundle', bundle, '--out', home.path(out), '--json', ...more];
  };
  const answer = await h2g(commandTo('undisturbed'), home.env);
  expect(answer.exitCode, answer.stderr).toBe(0);
  const undisturbed = await resultBytes(home.path('undisturbed', 'slide'));
  const close = async (): Promise<void> => {
    await slide.close();
    await home[Symbol.asyncDispose]();
  };
  return { home, bundle, path, slide, undisturbed, commandTo, [Symbol.asyncDispose]: close };
}
