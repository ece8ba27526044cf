import { openWorld, type World, type WorldPlace } from './world.ts';

const INTERRUPTED = 130;

/** Opens a world for `work` and takes all of it down afterwards, also where this program is asked to end meanwhile. */
export async function withWorld<T>(place: WorldPlace, work: (world: World) => Promise<T>): Promise<T> {
  await using world = await openWorld(place);
  const stop = async (): Promise<void> => {
    await world[Symbol.asyncDispose]();
    process.exit(INTERRUPTED);
  };
  const onSignal = (): void => void stop();
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    return await work(world);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}
