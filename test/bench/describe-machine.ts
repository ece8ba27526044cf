import { availableParallelism, cpus, loadavg } from 'node:os';

/** What a figure depends on, as far as it can be told. */
export const describeMachine = () => ({
  cores: availableParallelism(),
  processor: cpus()[0]?.model ?? process.arch,
  node: process.versions.node,
  load: loadavg().map((load) => Number(load.toFixed(1))),
});
