/** Lays beside the compiled code what it reads at run time and the compiler does not know. */
import { copyFile, mkdir } from 'node:fs/promises';

const ASSETS = [
  'models/baseline/bundle.json',
  'models/baseline/detection.onnx',
  'models/baseline/refinement.onnx',
  'models/demo/bundle.json',
  'models/demo/detection.onnx',
  'models/demo/refinement.onnx',
  'infra/local/servers/nats.conf',
];

const root = new URL('../../../', import.meta.url);
for (const asset of ASSETS) {
  const target = new URL(`dist/${asset}`, root);
  await mkdir(new URL('.', target), { recursive: true });
  await copyFile(new URL(asset, root), target);
}
