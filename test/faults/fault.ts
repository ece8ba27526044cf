import type { Reach } from './account-batches.ts';
import type { Random } from './random.ts';
import type { TrackedRun } from './tracked-run.ts';
import type { World } from './world.ts';

/** Where a fault strikes. */
export interface Scene {
  readonly world: World;
  readonly runs: readonly TrackedRun[];
  readonly random: Random;
  /** Names of what another fault is at work on: one at a time for each. */
  readonly busy: ReadonlySet<string>;
}

/** A fault that was struck. */
export interface Blow {
  /** What it was struck on, by name; nothing else strikes there until it is healed. */
  readonly target: string;
  readonly reach: readonly Reach[];
  /** Ends what lasts, and waits until it has ended. @throws Error where the product did not behave as promised */
  heal(): Promise<void>;
}

export interface Fault {
  readonly name: string;
  /** How long it lasts; a moment if left out. */
  readonly lastsMs?: readonly [least: number, most: number];
  /** Why it can never be struck here. */
  readonly impossible?: (world: World) => string | undefined;
  /** Undefined where there is nothing to strike just now. */
  strike(scene: Scene): Promise<Blow | undefined>;
}

/** One of these that no other fault is at work on. */
export function choose<T extends { readonly name: string }>(
  { busy, random }: Scene,
  things: readonly T[],
): T | undefined {
  return random.pick(things.filter(({ name }) => !busy.has(name)));
}
