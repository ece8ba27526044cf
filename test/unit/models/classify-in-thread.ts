/** Entry of a thread: classifies what it is given with a session of its own and posts the scores. */
import { parentPort, workerData } from 'node:worker_threads';
import { createClassifier } from '../../../models/create-classifier.ts';
import { loadBundle } from '../../../models/load-bundle.ts';

const { dir, patches, count }: { dir: string; patches: Uint8Array; count: number } = workerData;
const classifier = await createClassifier(await loadBundle(dir), { providers: ['cpu'] });
parentPort?.postMessage(await classifier.classify(patches, count));
await classifier.release();
